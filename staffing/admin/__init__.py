from staffing.admin import calendar as calendar
