from staffing.admin import agent as agent
from staffing.admin import attendance as attendance
from staffing.admin import calendar as calendar
from staffing.admin import certificate as certificate
from staffing.admin import duty as duty
from staffing.admin import handover as handover
from staffing.admin import organisation as organisation
from staffing.admin import shift_type as shift_type
