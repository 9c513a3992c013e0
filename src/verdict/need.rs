//! Why an example could not show anything: it needs something that is not here.

use crate::run::Raised;

/// Reason of what needs a module that is not there.
pub const NEEDS_PACKAGE: &str = "needs-package";
/// Reason of what needs a server that is not there.
pub const NEEDS_SERVICE: &str = "needs-service";

/// Something an example needs and did not find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// `needs-name`, `needs-package`, `needs-service`, `needs-file`, `needs-input`, `blocked`, `memory-limit`.
    pub reason: &'static str,
    /// What it is: the name, the module, the file.
    pub what: String,
}

/// What an exception says is missing; `binds` tells whether the example itself binds a name.
pub fn need(raised: &Raised, blocked: Option<&str>, binds: &dyn Fn(&str) -> bool) -> Option<Need> {
    let is = |class: &str| raised.bases.iter().any(|base| base == class);
    let name = raised.name.clone().unwrap_or_default();
    let found = |reason, what: String| Some(Need { reason, what });
    if raised.type_name == "NameError" {
        return if binds(&name) { None } else { found("needs-name", name) };
    }
    if is("ModuleNotFoundError") {
        return found(NEEDS_PACKAGE, name);
    }
    if is("MemoryError") {
        return found("memory-limit", "it needed more memory than the limit allows".to_owned());
    }
    // The sandbox has no network to reach it by; it is missing all the same.
    if let (Some(address), Some(words)) =
        (&raised.server, blocked.and_then(|it| it.strip_prefix("network: ")))
        && !address.is_empty()
    {
        return found(NEEDS_SERVICE, format!("{address}: {words}"));
    }
    if let Some(blocked) = blocked {
        return found("blocked", blocked.to_owned());
    }
    // ECONNREFUSED, ENETUNREACH, EHOSTUNREACH and failed look-ups, also where a library wraps them.
    let unreachable = [
        "Connection refused",
        "Name or service not known",
        "Network is unreachable",
        "Temporary failure in name resolution",
        "No route to host",
    ];
    if raised.server.is_some()
        || is("ConnectionRefusedError")
        || is("gaierror")
        || unreachable.iter().any(|words| raised.message.contains(words))
    {
        let address = raised.server.as_deref().filter(|address| !raised.message.contains(address));
        let message = &raised.message;
        return found(
            NEEDS_SERVICE,
            address.map_or(message.clone(), |address| format!("{address}: {message}")),
        );
    }
    if is("FileNotFoundError") {
        return found("needs-file", if name.is_empty() { raised.message.clone() } else { name });
    }
    if is("EOFError") && raised.message.starts_with("EOF when reading") {
        return found("needs-input", "it reads from standard input".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raised(bases: &[&str], message: &str, name: Option<&str>) -> Raised {
        Raised {
            type_name: bases[0].into(),
            bases: bases.iter().map(|base| (*base).to_owned()).collect(),
            message: message.into(),
            name: name.map(str::to_owned),
            ..Raised::default()
        }
    }

    #[test]
    fn what_is_missing_is_told_from_what_is_wrong() {
        let binds = |name: &str| name == "mine";
        let reason = |raised: &Raised| need(raised, None, &binds).map(|need| need.reason);
        assert_eq!(
            reason(&raised(&["NameError"], "name 'app' is not defined", Some("app"))),
            Some("needs-name")
        );
        assert_eq!(reason(&raised(&["NameError"], "name 'mine' is not defined", Some("mine"))), None);
        assert_eq!(
            reason(&raised(&["ModuleNotFoundError", "ImportError"], "No module named 'a.b'", Some("a.b"))),
            Some("needs-package")
        );
        assert_eq!(
            reason(&raised(&["URLError", "OSError"], "<urlopen error [Errno 111] Connection refused>", None)),
            Some("needs-service")
        );
        let what = |raised: &Raised| need(raised, None, &binds).map(|need| need.what);
        let refused = raised(&["ConnectionRefusedError", "OSError"], "[Errno 111] Connection refused", None);
        let refused = Raised { server: Some("localhost:6379".to_owned()), ..refused };
        assert_eq!(what(&refused).as_deref(), Some("localhost:6379: [Errno 111] Connection refused"));
        let far = Raised { server: Some("8.8.8.8:53".to_owned()), ..Raised::default() };
        let far = need(&far, Some("network: unreachable"), &binds).map(|need| (need.reason, need.what));
        assert_eq!(far, Some(("needs-service", "8.8.8.8:53: unreachable".to_owned())));
        let wrapped = raised(&["InterfaceError"], "no connection to localhost:5432", None);
        let wrapped = Raised { server: Some("localhost:5432".to_owned()), ..wrapped };
        assert_eq!(what(&wrapped).as_deref(), Some("no connection to localhost:5432"));
        assert_eq!(
            reason(&raised(&["FileNotFoundError", "OSError"], "", Some("data.txt"))),
            Some("needs-file")
        );
        assert_eq!(reason(&raised(&["TypeError"], "bad", None)), None);
    }
}
