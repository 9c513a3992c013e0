# NBVAL_SKIP
sing()
