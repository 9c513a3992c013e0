fn main() {
    truedoc::run::serve_if_worker();
}
