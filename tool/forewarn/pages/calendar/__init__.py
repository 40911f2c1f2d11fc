"""The calendar: pages and files of the days ahead."""
