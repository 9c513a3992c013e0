from datetime import date
date(2024, 1, 2)  # => 2024-01-02
date(2024, 1, 2)  # => 2024-01-03
