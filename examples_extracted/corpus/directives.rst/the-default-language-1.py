len                      # works
