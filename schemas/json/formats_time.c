/* RFC 3339: 5.6 for points in time, appendix A for durations. */
#include "json/formats_private.h"

/* So many digits from a place on, not above max; -1: something else. */
static int number_at(struct str text, size_t at, size_t digits, int max)
{
    int number = 0;
    for (size_t i = at; i < at + digits; i++) {
        if (!jss_is_digit(jss_byte_at(text, i)))
            return -1;
        number = number * 10 + (text.p[i] - '0');
    }
    return number <= max ? number : -1;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && is_leap);
}

#define DATE_BYTES 10

bool jss_is_date(struct str text)
{
    int year = number_at(text, 0, 4, 9999), month = number_at(text, 5, 2, 12), day = number_at(text, 8, 2, 31);
    return text.n == DATE_BYTES && text.p[4] == '-' && text.p[7] == '-' && year >= 0 && month >= 1 && day >= 1 &&
           day <= days_of(year, month);
}

/* Where the offset starts, behind a fraction if there is one; 0: the fraction is none. */
static size_t skip_fraction(struct str text, size_t at)
{
    if (jss_byte_at(text, at) != '.')
        return at;
    size_t digits = jss_count_digits(text, at + 1);
    return digits ? at + 1 + digits : 0;
}

/* The offset at the end, in minutes; false: none. */
static bool read_offset(struct str text, int *ret)
{
    bool is_zulu = text.n == 1 && (text.p[0] == 'Z' || text.p[0] == 'z');
    int hour = number_at(text, 1, 2, 23), minute = number_at(text, 4, 2, 59);
    *ret = 0;
    if (is_zulu)
        return true;
    bool is_offset = text.n == 6 && (text.p[0] == '+' || text.p[0] == '-') && text.p[3] == ':';
    if (!is_offset || hour < 0 || minute < 0)
        return false;
    *ret = (hour * 60 + minute) * (text.p[0] == '-' ? -1 : 1);
    return true;
}

#define MINUTES_OF_DAY (24 * 60)

bool jss_is_time(struct str text)
{
    int hour = number_at(text, 0, 2, 23), minute = number_at(text, 3, 2, 59), second = number_at(text, 6, 2, 60);
    int offset;
    if (hour < 0 || minute < 0 || second < 0 || text.p[2] != ':' || text.p[5] != ':')
        return false;
    size_t end = skip_fraction(text, 8);
    if (end == 0 || !read_offset(str_slice(text, end, text.n), &offset))
        return false;
    /* Leap seconds are at the end of a day of UTC (5.7). */
    int utc = (hour * 60 + minute - offset + MINUTES_OF_DAY) % MINUTES_OF_DAY;
    return second < 60 || utc == MINUTES_OF_DAY - 1;
}

bool jss_is_date_time(struct str text)
{
    char separator = jss_byte_at(text, DATE_BYTES);
    return (separator == 'T' || separator == 't') && jss_is_date(str_slice(text, 0, DATE_BYTES)) &&
           jss_is_time(str_slice(text, DATE_BYTES + 1, text.n));
}

/* The numbers with units from a place on, each unit directly behind the one before it in the list: dur-year may be followed by
 * dur-month and so on. Returns where they end; `at` itself when there are none. */
static size_t skip_units(struct str text, size_t at, const char *units)
{
    const char *next = NULL;
    for (;;) {
        size_t digits = jss_count_digits(text, at);
        char unit = jss_byte_at(text, at + digits);
        const char *found = digits && unit ? strchr(units, unit) : NULL;
        if (!found || (next && found != next))
            return at;
        next = found + 1;
        at += digits + 1;
    }
}

bool jss_is_duration(struct str text)
{
    if (jss_byte_at(text, 0) != 'P')
        return false;
    size_t end = skip_units(text, 1, "W");
    if (end == 1) {
        end = skip_units(text, 1, "YMD");
        if (jss_byte_at(text, end) == 'T') {
            size_t start = end + 1;
            end = skip_units(text, start, "HMS");
            if (end == start)
                return false;
        }
    }
    return end > 1 && end == text.n;
}
