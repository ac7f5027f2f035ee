//! The protocol: what an editor asks, in which order, and how it is answered.
//!
//! In: messages. Out: answers and mistakes, written as they are ready. Knows the words of the protocol; what they are
//! about is [`editor`](crate::editor)'s. A panic while something is answered is our bug: it is told as an error, and the
//! server goes on.

use super::wire::Frame;
use crate::cli::exit::Exit;
use crate::editor::address::{address_of, path_of};
use crate::editor::complete::complete;
use crate::editor::desk::{Desk, Document, Shelf};
use crate::editor::hover::hover;
use crate::editor::mistakes::{fixes, mistakes};
use crate::editor::navigate::{Spot, definitions, references};
use crate::editor::outline::outline;
use crate::editor::position::Lines;
use crate::editor::rename::{rename, renameable};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CompletionItem, CompletionParams, CompletionTextEdit,
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DocumentSymbolParams,
    Documentation, Hover, HoverContents, HoverParams, MarkupContent, MarkupKind, Range, ReferenceParams, RenameParams,
    TextDocumentPositionParams, TextEdit,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Result, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Next,
    Exit,
}

/// Where in its life a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    New,
    Ready,
    ShutDown,
}

/// Why a request has no answer.
struct Refusal {
    code: ErrorCode,
    message: String,
}

impl Refusal {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Refusal { code, message: message.into() }
    }
}

type Answer = std::result::Result<Value, Refusal>;

pub struct Server<'s, W: Write> {
    desk: Desk<'s>,
    output: W,
    stage: Stage,
    /// Whether mistakes must be looked for again.
    stale: bool,
    /// What was told last of each file, with the version of the document.
    told: BTreeMap<PathBuf, (Option<i32>, Vec<lsp_types::Diagnostic>)>,
    /// Whether the editor can be asked to watch files.
    watches: bool,
}

impl<'s, W: Write> Server<'s, W> {
    pub fn new(shelf: &'s dyn Shelf, output: W) -> Self {
        Server {
            desk: Desk::new(shelf),
            output,
            stage: Stage::New,
            stale: false,
            told: BTreeMap::new(),
            watches: false,
        }
    }

    pub fn is_stale(&self) -> bool {
        self.stale
    }

    /// How it ends if it ends now: the protocol wants a failure where no `shutdown` came before.
    pub fn left(&self) -> Exit {
        if self.stage == Stage::ShutDown { Exit::Done } else { Exit::Unfinished }
    }

    /// Takes one message and answers it.
    ///
    /// # Errors
    /// If nobody reads what is written.
    pub fn take(&mut self, frame: Frame) -> Result<Step> {
        match frame {
            Frame::Broken(answer) => {
                let text = answer.to_string();
                write!(self.output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
                self.output.flush()?;
            }
            Frame::Message(Message::Request(request)) => self.request(request)?,
            Frame::Message(Message::Notification(notification)) => {
                if notification.method == "exit" {
                    return Ok(Step::Exit);
                }
                self.notification(notification)?;
            }
            // Answers to what we asked: there is nothing to do about them.
            Frame::Message(Message::Response(_)) => {}
        }
        Ok(Step::Next)
    }

    fn send(&mut self, message: impl Into<Message>) -> Result<()> {
        message.into().write(&mut self.output)
    }

    fn request(&mut self, Request { id, method, params }: Request) -> Result<()> {
        let answer = match (self.stage, method.as_str()) {
            (Stage::New, "initialize") => Ok(self.initialize(&params)),
            (Stage::New, _) => Err(Refusal::new(ErrorCode::ServerNotInitialized, "`initialize` comes first")),
            (Stage::ShutDown, _) => Err(Refusal::new(ErrorCode::InvalidRequest, "the server has been shut down")),
            (Stage::Ready, "initialize") => Err(Refusal::new(ErrorCode::InvalidRequest, "`initialize` came before")),
            (Stage::Ready, "shutdown") => {
                self.stage = Stage::ShutDown;
                Ok(Value::Null)
            }
            (Stage::Ready, _) => self.guarded(|server| server.answer(&method, params)),
        };
        let response = match answer {
            Ok(value) => Response::new_ok(id, value),
            Err(refusal) => Response::new_err(id, refusal.code as i32, refusal.message),
        };
        self.send(response)
    }

    /// Does something that a bug of ours must not end the server with.
    fn guarded(&mut self, act: impl FnOnce(&mut Self) -> Answer) -> Answer {
        let done = catch_unwind(AssertUnwindSafe(|| act(self)));
        done.unwrap_or_else(|_| {
            self.desk.forget();
            Err(Refusal::new(ErrorCode::InternalError, "a bug in standoff: please report what was typed"))
        })
    }

    fn initialize(&mut self, params: &Value) -> Value {
        self.stage = Stage::Ready;
        let watching = &params["capabilities"]["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"];
        self.watches = watching.as_bool().unwrap_or(false);
        json!({
            "capabilities": {
                "positionEncoding": "utf-16",
                "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
                "completionProvider": { "triggerCharacters": [".", "\"", "[", "("] },
                "hoverProvider": true,
                "definitionProvider": true,
                "referencesProvider": true,
                "documentSymbolProvider": true,
                "codeActionProvider": { "codeActionKinds": ["quickfix"] },
                "renameProvider": { "prepareProvider": true },
            },
            "serverInfo": { "name": "standoff", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    fn notification(&mut self, Notification { method, params }: Notification) -> Result<()> {
        if self.stage != Stage::Ready {
            return Ok(());
        }
        if method == "initialized" && self.watches {
            let watchers = json!([{ "globPattern": "**/*.toml" }]);
            let registration = json!({
                "id": "toml-files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": { "watchers": watchers },
            });
            let id = RequestId::from("watch".to_owned());
            let params = json!({ "registrations": [registration] });
            return self.send(Request::new(id, "client/registerCapability".to_owned(), params));
        }
        // A notification has no answer; one that makes no sense changes nothing.
        let _ = self.guarded(|server| {
            server.notice(&method, params)?;
            Ok(Value::Null)
        });
        Ok(())
    }

    fn notice(&mut self, method: &str, params: Value) -> std::result::Result<(), Refusal> {
        match method {
            "textDocument/didOpen" => {
                let document = read::<DidOpenTextDocumentParams>(params)?.text_document;
                let address = document.uri.as_str().to_owned();
                let path = path_of(&address);
                self.desk.open(path, Document { address, version: document.version, text: document.text });
            }
            "textDocument/didChange" => {
                let change = read::<DidChangeTextDocumentParams>(params)?;
                let path = path_of(change.text_document.uri.as_str());
                for part in change.content_changes {
                    self.desk.change(&path, change.text_document.version, part.range, &part.text);
                }
            }
            "textDocument/didClose" => {
                let closed = read::<DidCloseTextDocumentParams>(params)?;
                self.desk.close(&path_of(closed.text_document.uri.as_str()));
            }
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => self.desk.forget(),
            _ => return Ok(()),
        }
        self.stale = true;
        Ok(())
    }

    fn answer(&mut self, method: &str, params: Value) -> Answer {
        match method {
            "textDocument/completion" => {
                let place = read::<CompletionParams>(params)?.text_document_position;
                Ok(json!({ "isIncomplete": false, "items": self.completion(&place) }))
            }
            "textDocument/hover" => Ok(json!(self.hover(&read::<HoverParams>(params)?.text_document_position_params))),
            "textDocument/definition" => {
                let (path, offset) = self.place(&read(params)?);
                Ok(json!(self.locations(definitions(&self.desk, &path, offset))))
            }
            "textDocument/references" => {
                let asked = read::<ReferenceParams>(params)?;
                let (path, offset) = self.place(&asked.text_document_position);
                let found = references(&self.desk, &path, offset, asked.context.include_declaration);
                Ok(json!(self.locations(found)))
            }
            "textDocument/documentSymbol" => {
                let path = path_of(read::<DocumentSymbolParams>(params)?.text_document.uri.as_str());
                Ok(json!(outline(&self.desk.text(&path))))
            }
            "textDocument/codeAction" => Ok(json!(self.code_actions(&read(params)?))),
            "textDocument/prepareRename" => {
                let (path, offset) = self.place(&read(params)?);
                let (spot, name) =
                    renameable(&self.desk, &path, offset).map_err(|why| Refusal::new(ErrorCode::RequestFailed, why))?;
                Ok(json!({ "range": self.range(&spot), "placeholder": name }))
            }
            "textDocument/rename" => self.rename(&read(params)?),
            _ => Err(Refusal::new(ErrorCode::MethodNotFound, format!("`{method}` is not offered"))),
        }
    }

    fn place(&self, asked: &TextDocumentPositionParams) -> (PathBuf, usize) {
        let path = path_of(asked.text_document.uri.as_str());
        let offset = Lines::of(&self.desk.text(&path)).offset(asked.position);
        (path, offset)
    }

    fn range(&self, spot: &Spot) -> Range {
        Lines::of(&self.desk.text(&spot.path)).range(spot.start, spot.end)
    }

    /// The address of a file, as the editor knows it.
    fn address(&self, path: &Path) -> String {
        self.desk.document(path).map_or_else(|| address_of(path), |document| document.address.clone())
    }

    fn locations(&self, spots: Vec<Spot>) -> Vec<Value> {
        spots.iter().map(|spot| json!({ "uri": self.address(&spot.path), "range": self.range(spot) })).collect()
    }

    fn completion(&self, asked: &TextDocumentPositionParams) -> Vec<CompletionItem> {
        let (path, offset) = self.place(asked);
        let text = self.desk.text(&path);
        let lines = Lines::of(&text);
        let cursor = lines.position(offset);
        let item = |found: crate::editor::complete::Completion| {
            let range = lines.range(found.start, found.end);
            // An edit may not reach beyond the line of the cursor.
            let one_line = range.start.line == cursor.line && range.end.line == cursor.line;
            let range = if one_line { range } else { Range { start: cursor, end: cursor } };
            let filter = found.label.trim_matches(['[', ']', '…', '.']);
            CompletionItem {
                filter_text: (filter != found.label).then(|| filter.to_owned()),
                kind: Some(found.kind),
                detail: (!found.detail.is_empty()).then_some(found.detail),
                documentation: (!found.about.is_empty()).then(|| Documentation::MarkupContent(markdown(found.about))),
                text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text: found.new_text })),
                label: found.label,
                ..CompletionItem::default()
            }
        };
        complete(&self.desk, &path, offset).into_iter().map(item).collect()
    }

    fn hover(&self, asked: &TextDocumentPositionParams) -> Option<Hover> {
        let (path, offset) = self.place(asked);
        let (spot, told) = hover(&self.desk, &path, offset)?;
        Some(Hover { contents: HoverContents::Markup(markdown(told)), range: Some(self.range(&spot)) })
    }

    fn code_actions(&self, asked: &CodeActionParams) -> Vec<CodeAction> {
        let path = path_of(asked.text_document.uri.as_str());
        let address = self.address(&path);
        let action = |fix: crate::editor::mistakes::Fix| {
            let changes = json!({ "changes": { &address: [fix.edit] } });
            CodeAction {
                title: fix.title,
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![fix.mistake]),
                edit: serde_json::from_value(changes).ok(),
                ..CodeAction::default()
            }
        };
        fixes(&self.desk, &path, asked.range).into_iter().map(action).collect()
    }

    fn rename(&self, asked: &RenameParams) -> Answer {
        let (path, offset) = self.place(&asked.text_document_position);
        let edits = rename(&self.desk, &path, offset, &asked.new_name)
            .map_err(|why| Refusal::new(ErrorCode::RequestFailed, why))?;
        let mut changes: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
        for (path, edits) in edits {
            let text = self.desk.text(&path);
            let lines = Lines::of(&text);
            let edit =
                |(spot, new_text): (Spot, String)| TextEdit { range: lines.range(spot.start, spot.end), new_text };
            changes.insert(self.address(&path), edits.into_iter().map(edit).collect());
        }
        Ok(json!({ "changes": changes }))
    }

    /// Looks for mistakes and tells those that changed. Stays stale if it was interrupted.
    ///
    /// # Errors
    /// If nobody reads what is written.
    pub fn tell_mistakes(&mut self, goes_on: &dyn Fn() -> bool) -> Result<()> {
        let found = catch_unwind(AssertUnwindSafe(|| mistakes(&self.desk, goes_on)));
        let Ok(found) = found else {
            // The text that brought this about will be changed; until then the last word stands.
            self.desk.forget();
            self.stale = false;
            return Ok(());
        };
        let Some(mut found) = found else { return Ok(()) };
        self.stale = false;
        for path in self.told.keys() {
            found.entry(path.clone()).or_default();
        }
        for (path, list) in found {
            let version = self.desk.document(&path).map(|document| document.version);
            if self.told.get(&path).is_some_and(|(v, told)| *v == version && *told == list) {
                continue;
            }
            let params = json!({ "uri": self.address(&path), "version": version, "diagnostics": list });
            self.send(Notification::new("textDocument/publishDiagnostics".to_owned(), params))?;
            if version.is_none() && list.is_empty() {
                self.told.remove(&path);
            } else {
                self.told.insert(path, (version, list));
            }
        }
        Ok(())
    }
}

fn read<P: DeserializeOwned>(params: Value) -> std::result::Result<P, Refusal> {
    serde_json::from_value(params).map_err(|error| Refusal::new(ErrorCode::InvalidParams, error.to_string()))
}

fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::lsp::DiskShelf;

    #[test]
    fn a_bug_is_told_and_the_server_goes_on() {
        let mut server = Server::new(&DiskShelf, Vec::new());
        server.stage = Stage::Ready;
        let answer = server.guarded(|_| panic!("as a bug would"));
        assert!(matches!(answer, Err(Refusal { code: ErrorCode::InternalError, .. })));
        let request = Request::new(RequestId::from(1), "shutdown".to_owned(), Value::Null);
        assert_eq!(server.take(Frame::Message(request.into())).unwrap(), Step::Next);
        assert_eq!(server.left(), Exit::Done);
        assert!(String::from_utf8(server.output).unwrap().ends_with("\"id\":1,\"result\":null}"));
    }
}
