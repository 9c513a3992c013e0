use std::fmt::Write;
fn main() {
    let mut docs = vec![];
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap();
        let d = truedoc::document::Document::from_text(&path, truedoc::document::Format::Text, &text);
        let e = truedoc::example::extract(&d);
        let ex: Vec<_> = e.examples.iter().map(|x| serde_json::json!({"id": x.id, "form": x.form, "code": x.code, "start_line": x.start_line, "end_line": x.end_line, "status":"ran","claims":[], "file": x.file, "section": x.section, "output": x.output.as_ref().map(|o| (o.line, o.text.clone()))})).collect();
        let rj: Vec<_> = e.rejections.iter().map(|x| serde_json::json!(x)).collect();
        docs.push(serde_json::json!({"path": path, "examples": ex, "rejected": rj}));
    }
    let mut s = String::new();
    write!(s, "{}", serde_json::json!({"documents": docs})).unwrap();
    println!("{s}");
}
