/** A separate file: jQuery, bundled as a module so that it sets no global. The function is left at the script element that loaded the file. */

import jquery from 'jquery';

Object.defineProperty(document.currentScript, 'jquery', { value: jquery });
