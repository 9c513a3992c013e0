brew_tea()
