//! Files of a chat with pushed events: there is one address, and the operation is a field (G5).

use crate::gms::answer::{Fault, answer};
use crate::gms::fields::Fields;
use crate::gms::files::{Whole, Whose, fetch, limits_of, read_parts, receive, remove};
use crate::gms::operations::Asked;
use crate::gms::session::Session;
use crate::http::App;
use crate::http::peer::Peer;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use std::sync::Arc;

/// The chat of a key, asked for by a page of this origin.
struct Key {
    peer: Peer,
    origin: Option<String>,
}

impl Whose for Key {
    async fn find(&self, app: &App, fields: &Fields) -> Result<Arc<Session>, Fault> {
        let config = app.domain.config();
        let may = |site: &str| {
            let site = config.site(site).filter(|site| site.gms.as_ref().is_some_and(|settings| settings.cometd));
            site.is_some_and(|site| self.origin.as_ref().is_none_or(|origin| config.allows_origin(site, origin)))
        };
        app.gms.find_by_key(app, self.peer, fields, may).await
    }
}

/// `POST /genesys/2/chat-ntf`
pub(super) async fn perform(State(app): State<Arc<App>>, Extension(peer): Extension<Peer>, request: Request) -> Response {
    let origin = request.headers().get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default().to_owned());
    let done = async {
        let Whole { fields, sent, session, permit: _held } = read_parts(&app, request, &Key { peer, origin }).await?;
        let asked = Asked { app: &app, session, fields };
        let file = asked.fields.get("fileId").to_owned();
        let body = match asked.fields.get("operation") {
            "fileUpload" => receive(&asked, sent).await,
            "fileGetLimits" => limits_of(&app, &asked.session).await,
            "fileDelete" => remove(&asked, &file).await,
            "fileDownload" => return fetch(&app, &asked.session, &file).await,
            _ => Err(Fault::denied(StatusCode::NOT_FOUND, 404, "there is no such operation")),
        };
        Ok(answer(body))
    };
    done.await.unwrap_or_else(|fault: Fault| fault.answer())
}
