"""China's public holidays and make-up days, from a library that follows the State Council's yearly notices."""

import datetime

from ..models import CalendarDay
from .clock import today

SOURCE = "国务院办公厅放假通知（chinesecalendar）"


def calendar_years():
    """Return the years that a plant's calendar is filled for: this one, the one before and the one to come."""
    year = today().year
    return [year - 1, year, year + 1]


def load_calendar(years):
    """Enter the holidays and make-up working days of these years; return how many days were new."""
    import chinese_calendar

    rows = []
    for year in years:
        day = datetime.date(year, 1, 1)
        while day.year == year:
            try:
                off, english = chinese_calendar.get_holiday_detail(day)
            except NotImplementedError:
                break  # the notice for this year is not out, or not in this version of the library
            weekend = day.weekday() >= 5
            name = chinese_calendar.Holiday(english).chinese if english else ""
            if off and name:
                rows.append(CalendarDay(day=day, kind=CalendarDay.Kind.HOLIDAY, name=name, source=SOURCE))
            elif weekend and not off:
                rows.append(CalendarDay(day=day, kind=CalendarDay.Kind.MAKE_UP, name=name, source=SOURCE))
            day += datetime.timedelta(days=1)
    before = CalendarDay.objects.count()
    CalendarDay.objects.bulk_create(rows, ignore_conflicts=True)
    return CalendarDay.objects.count() - before


def is_working_day(day):
    """Say whether offices work on a day: the week, unless the calendar says otherwise."""
    row = CalendarDay.objects.filter(day=day).first()
    return day.weekday() < 5 if row is None else row.kind == CalendarDay.Kind.MAKE_UP
