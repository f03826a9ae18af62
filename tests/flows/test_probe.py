"""probe"""
import time
def test_a(after_a_good_night):
    t=after_a_good_night
    print(t.ask("select * from ops.run_source"), t.published)
def test_b(town):
    s=time.time(); r=town.night(); print(r.outcome, r.message, time.time()-s)
    s=time.time(); r=town.night(anew=True); print(r.outcome, r.message, time.time()-s)
def test_c(town):
    town.replica.files["/files/SSDSE-E-2023.csv"]=b"<html>"
    s=time.time(); r=town.night(); print(r.outcome, r.message, time.time()-s, r.sources)
