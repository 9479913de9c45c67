# SPDX-License-Identifier: Apache-2.0
"""make_devices.py - the machine "devices": UPS, management controllers, sensors. 192.0.2.N is the Nth kind of answer. Part of make.py."""
import os
import shutil
from __main__ import HERE, NOW, clock, link, put


def upsd(number, *variables, error=None, raw=None):
    text = f"ERR {error}\n" if error else "BEGIN LIST VAR sp\n" + "".join(f'VAR sp {name} "{value}"\n' for name, value in variables) + "END LIST VAR sp\n"
    put("devices", f"tcp/192.0.2.{number}-3493/LIST_VAR_sp", raw if raw is not None else text + "OK Goodbye\n")


def bmc(number, *lines):
    put("devices", f"run/ipmi-192.0.2.{number}", "".join(line + "\n" for line in lines))


for part in ("root", "tcp", "run"):
    shutil.rmtree(os.path.join(HERE, "devices", part), ignore_errors=True)
clock("devices")
REAL = (("driver.name", "usbhid-ups"), ("driver.parameter.port", "auto"), ("battery.charge.low", "20"))
upsd(1, *REAL, ("ups.status", "OL CHRG"), ("battery.charge", "87.5"), ("battery.runtime", "1830"), ("battery.date", "2023/06/01"), ("ups.test.result", "Done and passed"), ("ups.test.date", "2025-12-01"),
     ("ambient.temperature", "27.0"), ("ambient.humidity", "45.5"), ("ups.temperature", "36.2"))
upsd(2, *REAL, ("ups.status", "OB DISCHRG"), ("battery.charge", "64"), ("battery.mfr.date", "2018-01-01"), ("ups.test.result", "Done and error"), ("ambient.1.temperature", "27.1"), ("ambient.1.humidity", "60"))
upsd(3, *REAL, ("ups.status", "OB LB DISCHRG"), ("battery.charge", "9"), ("battery.date", "2001/09/25"), ("ups.test.result", "No test initiated"), ("ups.temperature", "22.0"))   # the maker's default date
upsd(4, *REAL, ("ups.status", "OL RB"), ("battery.charge", "100"), ("battery.date", "04/05/24"), ("ups.test.result", "Done and passed"), ("ups.test.date", "03/04/25"))
upsd(5, *REAL, ("ups.status", "OL BYPASS"), ("battery.charge", "100"), ("ups.test.result", "Done and warning"))
upsd(6, *REAL, ("ups.status", "ALARM OL"), ("ups.alarm", "Temperature too high"), ("battery.charge", "100"), ("ups.test.result", "Done and passed"), ("ups.test.date", "2025-01-01"))
upsd(7, *REAL, ("ups.status", "OL LB CHRG"), ("battery.charge", "15"), ("battery.date", "2099-01-01"), ("ups.test.result", "Done and passed"), ("ups.test.date", "2099-01-01"))
upsd(8, error="DATA-STALE")
upsd(9, error="UNKNOWN-UPS")
upsd(10, ("driver.name", "dummy-ups"), ("driver.parameter.port", "sp.dev"), ("ups.status", "OL"), ("battery.charge", "100"))
upsd(11, raw="SSH-2.0-OpenSSH_9.2p1\r\n")
upsd(12, raw="BEGIN LIST VAR sp\nVAR sp ups.status \"OL\"\n")                       # it hung up in the middle
upsd(13, raw="BEGIN LIST VAR sp\n" + "VAR sp x \"" + "A" * 400000 + "\"\n")
upsd(14, *REAL, ("ups.status", "OL WHATEVER"), ("battery.charge", "100"), ("ambient.temperature", "-127"), ("ambient.humidity", "0"))
upsd(15, *REAL, ("ups.status", "OL LB"), ("battery.charge", "15"), ("ambient.temperature", "24.9"))
upsd(16, *REAL, ("ups.status", ""), ("battery.charge", "100"))
upsd(17, *REAL, ("ups.status", "OL"), ("battery.charge", "20"))                      # low, whatever the word says
upsd(18, *REAL, ("ups.status", "OL"))
upsd(19, *REAL, ("ups.status", "OL OFF"), ("battery.charge", "100"))
upsd(20, ("driver.name", "dummy-ups"), ("driver.parameter.port", "real@192.0.2.1"), ("driver.parameter.mode", "repeater"), ("ups.status", "OL"), ("battery.charge", "100"))
upsd(21, *REAL, ("ups.status", "FSD OL"), ("battery.charge", "100"))
upsd(22, ("driver.name", "dummy-ups"), ("driver.parameter.port", "sp.dev"), ("ups.status", "OL"), ("battery.date", "2023/06/01"), ("ups.test.result", "Done and passed"), ("ups.test.date", "2025-12-01"),
     ("ambient.temperature", "22.0"), ("ambient.humidity", "45.5"))
upsd(23, *REAL, ("ups.status", "OL"), ("battery.charge", "-1"), ("ambient.present", "no"), ("ambient.temperature", "22.0"), ("ambient.humidity", "45.5"))
upsd(24, *REAL, ("ups.status", "OL"), ("battery.charge", "100"), ("battery.runtime", "-60"))
bmc(1, "CPU Temp,01h,ok,3.1,42 degrees C", "PS1 Status,C8h,ok,10.1,Presence detected", "PS2 Status,C9h,ok,10.2,Presence detected", "PS1 Temp,CAh,ok,10.1,30 degrees C", "Pwr Redundancy,CBh,ok,21.1,Fully Redundant")
bmc(2, "PS1 Status,C8h,ok,10.1,Presence detected", "PS2 Status,C9h,ok,10.2,Presence detected, Failure detected", "Pwr Redundancy,CBh,ok,21.1,Redundancy Lost")
bmc(3, "PS1 Status,C8h,ok,10.1,Presence detected", "PS2 Status,C9h,ok,10.2,")           # an empty bay
bmc(4, "PS1 Status,C8h,ok,10.1,Presence detected", "PS2 Status,C9h,ok,10.2,Presence detected", "Pwr Redundancy,CBh,ok,21.1,Non-Redundant: Sufficient from Redundant")
bmc(5, "CPU Temp,01h,ok,3.1,42 degrees C", "Battery,02h,ok,40.1,Presence detected")     # the clock's battery is no power unit
bmc(6, "PS1 Status,C8h,ok,10.1,Presence detected", "PS2 Status,C9h,ok,10.2,Presence detected, Predictive failure")
bmc(7, "PS1 Status,C8h,ok,10.1,Presence detected, Power Supply AC lost", "PS2 Status,C9h,ok,10.2,Presence detected")
bmc(8, "Error: nonsense")
bmc(9, "PS1 Status,C8h,ok,10.1,Presence detected", "PS2 Status,C9h,ns,10.2,No Reading")
put("devices", "root/etc/tsujiban/bmc.secret", "not-a-real-password\n")
put("devices", "root/etc/tsujiban/open.secret", "not-a-real-password\n")
put("devices", "root/var/lib/sensor/good.csv", "\ufefftime,temperature,humidity\r\n2026-01-01 08:40,22.4,44.5\r\n2026-01-01 08:55,22.6,44.0\r\n")    # NOW is 09:00 in Japan
put("devices", "root/var/lib/sensor/hot.csv", "time,temperature,humidity\n2026-01-01 08:55,27.1,44.0\n")
put("devices", "root/var/lib/sensor/old.csv", "time,temperature,humidity\n2026-01-01 06:59,22.6,44.0\n")
put("devices", "root/var/lib/sensor/ahead.csv", "time,temperature,humidity\n2026-01-01 08:55,22.6,44.0\n2026-03-01 08:55,22.6,44.0\n")
put("devices", "root/var/lib/sensor/wet.csv", "time,temperature,humidity\n2026-01-01 08:55,25.0,60.0\n")
put("devices", "root/var/lib/sensor/dry.csv", "time,temperature,humidity\n2026-01-01 08:55,22.0,\n")
put("devices", "root/var/lib/sensor/bad.csv", "<html>\n" * 10)
link("devices", "root/var/lib/sensor/out.csv", "/etc/tsujiban/../../../../../../etc/hostname")
put("devices", "root/etc/tsujiban/closed.secret", "not-a-real-password\n")
put("devices", "refuse", "DENIED /etc/tsujiban/closed.secret\n") # to an ordinary user
put("devices", "stat", f"{NOW} 600 0 0 /etc/tsujiban/bmc.secret\n{NOW} 644 0 0 /etc/tsujiban/open.secret\n")
