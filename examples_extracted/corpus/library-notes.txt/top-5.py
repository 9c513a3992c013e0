from datetime import date, datetime, timedelta, timezone

date(2024, 12, 31) + timedelta(days=1)      # datetime.date(2025, 1, 1)
date(2000, 1, 1).isoweekday()               # 6 (a Saturday)
date.fromisoformat("2001-02-03").strftime("%d.%m.%y")   # '03.02.01'
timedelta(hours=25)                         # datetime.timedelta(days=1, seconds=3600)
str(timedelta(minutes=90))                  # '1:30:00'
timedelta(days=-1).total_seconds()          # -86400.0
naive = datetime(2020, 1, 1)
aware = datetime(2020, 1, 1, tzinfo=timezone.utc)
naive == aware                              # False
naive < aware                               # TypeError: can't compare offset-naive and offset-aware datetimes
aware.isoformat()                           # '2020-01-01T00:00:00+00:00'
