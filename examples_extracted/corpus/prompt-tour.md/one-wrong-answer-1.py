from datetime import date, timedelta
date(2024, 2, 28) + timedelta(days=1)
date(2023, 2, 28) + timedelta(days=1)
(date(2024, 3, 1) - date(2024, 2, 1)).days
date(2024, 2, 30)
