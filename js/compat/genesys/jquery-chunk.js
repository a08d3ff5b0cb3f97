/** A file of its own: jQuery, bundled as a module so that it touches no global, handed over at the script element that brought it. */

import jquery from 'jquery';

Object.defineProperty(document.currentScript, 'jquery', { value: jquery });
