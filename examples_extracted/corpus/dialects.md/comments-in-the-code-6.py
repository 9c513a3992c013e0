#| eval: false
dance()
