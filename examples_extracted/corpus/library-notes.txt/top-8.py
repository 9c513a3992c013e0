from functools import cached_property

class Report:
    made = 0

    @cached_property
    def text(self):
        Report.made += 1
        return "long"

r = Report()
"text" in vars(r)       # False
r.text + r.text         # 'longlong'
Report.made             # 1 (computed once)
del r.text
r.text                  # 'long'
Report.made             # 2
