"""Every SQL statement of the house, each exactly once, by subject: functions over a connection.

No function here begins or ends a transaction, knows a clock, or keeps anything between calls.
"""
