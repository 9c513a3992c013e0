crate = 5
