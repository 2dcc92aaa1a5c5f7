#!/usr/bin/env python3
"""What a person with a browser does at the provider's own pages: signs in as NAME and consents.

  browser.py AUTHORIZATION_URL NAME REDIRECT_URI

Prints the address to which the provider sends the browser back.
"""
import http.cookiejar
import re
import sys
import urllib.parse
import urllib.request

START, NAME, REDIRECT = sys.argv[1:4]


class Back(Exception):
    pass


class Stop(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if newurl.startswith(REDIRECT):
            raise Back(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def form(page):
    return re.search(r'action="([^"]+)"', page).group(1)


browser = urllib.request.build_opener(
    urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), Stop)
try:
    login = browser.open(START, timeout=20).read().decode()
    fields = urllib.parse.urlencode({"prompt": "login", "login": NAME, "password": "x"})
    consent = browser.open(form(login), fields.encode(), timeout=20).read().decode()
    browser.open(form(consent), b"prompt=consent", timeout=20)
    sys.exit("the provider did not send the browser back")
except Back as back:
    print(str(back))
