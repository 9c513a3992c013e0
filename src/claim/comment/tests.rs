//! Comments as people write them, and what each of them says.

use super::*;

fn claim_of(comment: &str) -> Reading {
    match read(comment) {
        Meaning::Claim(reading) => reading,
        other => panic!("{comment}: {other:?}"),
    }
}

#[test]
fn values_with_their_remarks() {
    for (comment, claimed, remark) in [
        ("# True", "True", None),
        ("# True  (same object)", "True", Some("same object")),
        ("# [1, 2] — list is shared", "[1, 2]", Some("list is shared")),
        ("# 5.0 # works on floats too", "5.0", Some("works on floats too")),
        ("# {'a': 1}  <- changed", "{'a': 1}", Some("changed")),
        ("# [1, 2]  ← surprise!", "[1, 2]", Some("surprise!")),
        ("# => 3", "3", None),
        ("#> (1, 2)", "(1, 2)", None),
        ("# -> 'x'", "'x'", None),
        ("# Out[3]: 7", "7", None),
        ("# returns 4", "4", None),
        ("# 2 (one is 'mine', one is yours)", "2", Some("one is 'mine', one is yours")),
        ("# False, because they differ", "False", Some("because they differ")),
        ("# 1, 4, 9, ...", "1, 4, 9, ...", None),
        ("# <class 'int'>", "<class 'int'>", None),
        ("# ✅ True", "True", None),
        ("# “nl”  (from the file)", "\"nl\"", Some("from the file")),
    ] {
        let reading = claim_of(comment);
        assert_eq!((reading.claimed.as_str(), reading.remark.as_deref()), (claimed, remark), "{comment}");
        assert_eq!(reading.force, Force::Explicit, "{comment}");
    }
}

#[test]
fn explanations_are_words_or_guesses() {
    for comment in [
        "# by length",
        "# in-place modification",
        "# 10% discount",
        "# O(1)",
        "# 5 seconds",
        "# 2. then this",
        "# makes a name x",
        "# TODO",
        "# x == y",
        "# raises the bar",
        "# cell 2 — passes (2, 3) on",
        "# Error handling",
        "# works only if y",
    ] {
        match read(comment) {
            Meaning::Words(_) => {}
            Meaning::Claim(reading) if reading.force == Force::Guess => {}
            other => panic!("{comment}: {other:?}"),
        }
    }
    for comment in ["# 443 for https", "# False in Python 2", "# -> iterator", "# 1 if ok else 0"] {
        assert_eq!(claim_of(comment).force, Force::Guess, "{comment}");
    }
    assert_eq!(claim_of("# 3, then stop").force, Force::Guess);
    assert_eq!(claim_of("# [D, B, object]").force, Force::Guess);
    assert_eq!(claim_of("# KeyError if missing").force, Force::Guess);
}

#[test]
fn exceptions() {
    let expect = |comment: &str, name: Option<&str>, message: Option<&str>| {
        let reading = claim_of(comment);
        let expected =
            Expected::Exception { name: name.map(str::to_owned), message: message.map(str::to_owned) };
        assert_eq!((reading.kind, &reading.expected), (Kind::Raises, &expected), "{comment}");
        assert_eq!(reading.force, Force::Explicit, "{comment}");
    };
    expect("# TypeError", Some("TypeError"), None);
    expect("# raises ValueError: too big", Some("ValueError"), Some("too big"));
    expect("# => raises a TypeError", Some("TypeError"), None);
    expect("# AttributeError!", Some("AttributeError"), None);
    expect("# KeyError: 'x'", Some("KeyError"), Some("'x'"));
    expect("# json.JSONDecodeError", Some("JSONDecodeError"), None);
    expect("# Error: Can't do that", None, Some("Can't do that"));
    expect("# error", None, None);
    expect("# ❌ StopIteration (exhausted)", Some("StopIteration"), None);
    expect("# raises an exception", None, None);
}

#[test]
fn works_hedges_and_approximations() {
    for comment in [
        "# works",
        "# OK",
        "# no KeyError",
        "# a pair as a key — OK (hashable)",
        "# no KeyError — the default is a list",
        "# works — it has what is asked",
        "# fine",
    ] {
        assert_eq!(claim_of(comment).kind, Kind::Works, "{comment}");
    }
    assert_eq!(claim_of("# Maybe True (may be shared) — no").hedge.as_deref(), Some("maybe"));
    assert_eq!(claim_of("# Maybe True").claimed, "True");
    assert_eq!(claim_of("# True if imported before").hedge.as_deref(), Some("if"));
    assert_eq!(claim_of("# ~56 (smaller)").expected, Expected::Near(56.0));
    assert_eq!(claim_of("# (, , , )").expected, Expected::Damaged);
    assert_eq!(claim_of("# {'A': , 'B': }").expected, Expected::Damaged);
}

#[test]
fn printed_text() {
    let reading = claim_of("# Output: Good day to you all");
    assert_eq!((reading.kind, reading.force), (Kind::Stdout, Force::Explicit));
    assert_eq!(claim_of("# prints: K L M N  (in this order)").claimed, "K L M N");
    assert_eq!(claim_of("# prints \"B\" (first in order)").claimed, "\"B\"");
    assert_eq!(claim_of("# prints the value of x").force, Force::Guess);
    assert_eq!(read("# Output:"), Meaning::Introduces(Kind::Stdout));
    assert_eq!(claim_of("# Output: 4, 6").expected, Expected::Text(vec!["4, 6".into(), "4, 6".into()]));
}

#[test]
fn odd_letters_and_quoted_hedges_do_no_harm() {
    for comment in [
        "# 5 (été)",
        "# 5 (été) → 6",
        "# error İİİİİİİİ",
        "# output: İİİİİİİİİİİ",
        "# raises İİ",
        "# ~İ",
        "# Maybe İİİ",
        "# no İError",
    ] {
        let _ = read(comment);
    }
    assert_eq!(claim_of("# 'random platform'").hedge, None);
    assert_eq!(claim_of("# no KeyError — Default IS kept").remark.as_deref(), Some("Default IS kept"));
}

#[test]
fn what_stands_behind_a_value_leaves_it_said() {
    for (comment, claimed) in [
        ("# True ✅", "True"),
        ("# [1, 2] 🎉 (not empty)", "[1, 2]"),
        ("# True again", "True"),
        ("# [1, 2] too!", "[1, 2]"),
        ("# still [1, 2]", "[1, 2]"),
        ("# 2.5 but not 3", "2.5"),
        ("# 1 in Python 2, 1.5 in Python 3", "1.5"),
    ] {
        let reading = claim_of(comment);
        assert_eq!((reading.claimed.as_str(), reading.force), (claimed, Force::Explicit), "{comment}");
    }
    for comment in [
        "# 5 not included",
        "# 1 and 2",
        "# (3, 1) = (quotient, rest)",
        "# [] == []",
        "# 0 = off, 1 = on",
        "# 42 - 2",
        "# 5 at a time",
        "# 'a' as a key",
        "# 2 → 4",
    ] {
        assert_eq!(claim_of(comment).force, Force::Guess, "{comment}");
    }
}

#[test]
fn values_behind_words_and_arithmetic() {
    for (comment, claimed) in [
        ("# the list from behind => [3, 2]", "[3, 2]"),
        ("# every second one → 'ac'", "'ac'"),
        ("# 10 / 4 = 2.5", "2.5"),
        ("# 1 + 2 + 3 = 6", "6"),
    ] {
        let reading = claim_of(comment);
        assert_eq!((reading.claimed.as_str(), reading.force), (claimed, Force::Explicit), "{comment}");
    }
    for comment in
        ["# if it is empty -> None", "# squares: [0, 1]", "# key -> 'a'", "# <-- see here", "# < 5"]
    {
        match read(comment) {
            Meaning::Words(_) => {}
            Meaning::States(states) if states[0].reading.force == Force::Explicit => {}
            other => panic!("{comment}: {other:?}"),
        }
    }
    assert_eq!(values_in_words("squares: [0, 1]"), ["[0, 1]"]);
    assert_eq!(values_in_words("'ab' unchanged"), ["'ab'"]);
    assert_eq!(values_in_words("two words"), Vec::<String>::new());
    assert_eq!(read("# 3 always wins"), Meaning::Words("3 always wins".to_owned()));
}

#[test]
fn labels_in_many_languages() {
    for comment in
        ["# Ausgabe: 5", "# Salida: 5", "# Вывод: 5", "# 输出：5", "# 输出 5", "# Sortie : 5", "# Saída: 5"]
    {
        let reading = claim_of(comment);
        assert_eq!((reading.claimed.as_str(), reading.kind), ("5", Kind::Stdout), "{comment}");
    }
    for comment in
        ["# ergibt 5", "# renvoie 5", "# devuelve 5", "# Результат: 5", "# 结果: 5", "# Resultado: 5"]
    {
        let reading = claim_of(comment);
        assert_eq!((reading.claimed.as_str(), reading.kind), ("5", Kind::Value), "{comment}");
    }
    assert_eq!(read("# Output"), Meaning::Introduces(Kind::Stdout));
    assert_eq!(read("# output of it"), Meaning::Words("output of it".to_owned()));
    assert!(is_announced("# prints 3") && !is_announced("# => 3") && !is_announced("# 3"));
    assert_eq!(is_expectation("Expected: 1"), Some(true));
    assert_eq!(is_expectation("but got 2"), Some(false));
    assert_eq!(is_expectation("gotten"), None);
}

#[test]
fn exceptions_of_modules_and_computations() {
    let error = claim_of("# re.error: bad escape");
    assert_eq!(
        error.expected,
        Expected::Exception { name: Some("error".into()), message: Some("bad escape".into()) }
    );
    assert!(matches!(claim_of("# => f(1)").force, Force::Guess));
    assert!(matches!(claim_of("# => 1e9-1").force, Force::Guess));
    assert!(matches!(claim_of("# => 2024-10-12").force, Force::Explicit));
    assert_eq!(read("# log.error(x)"), Meaning::Words("log.error(x)".to_owned()));
}

proptest::proptest! {
    #[test]
    fn no_comment_is_too_odd_to_be_read(text in "\\PC{0,40}", word in "(error|output:|raises|~|maybe|no |=> |works|1, |\\(|‚Äî|')") {
        let _ = read(&format!("# {word}{text}"));
        let _ = read(&format!("# {text} {word}{text}"));
        let _ = read(&format!("# {word}5 ({text})"));
        let _ = read(&format!("# x is now 5 ({text}) and {word}"));
    }
}
