# SPDX-License-Identifier: Apache-2.0
"""pam_talk - asks the machine's own libpam, answering every question it has with the same words."""
import ctypes


class Message(ctypes.Structure):
    _fields_ = [("style", ctypes.c_int), ("text", ctypes.c_char_p)]


class Response(ctypes.Structure):
    _fields_ = [("text", ctypes.c_void_p), ("code", ctypes.c_int)]


CONVERSATION = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.POINTER(Message)), ctypes.POINTER(ctypes.POINTER(Response)), ctypes.c_void_p)


class Conv(ctypes.Structure):
    _fields_ = [("function", CONVERSATION), ("data", ctypes.c_void_p)]


libc = ctypes.CDLL(None)
libc.calloc.restype = ctypes.c_void_p
libc.strdup.restype = ctypes.c_void_p
libpam = ctypes.CDLL("libpam.so.0")


words = b"x"


@CONVERSATION
def talk(count, messages, responses, _):
    block = libc.calloc(count, ctypes.sizeof(Response))
    list_ = ctypes.cast(block, ctypes.POINTER(Response))
    for i in range(count):
        list_[i].text = libc.strdup(words)
    responses[0] = list_
    return 0


conv = Conv(talk, None)


def ask(function, service, user):
    """The number libpam answers; when it refuses the service already at the start, that."""
    handle = ctypes.c_void_p()
    result = libpam.pam_start(service.encode(), user.encode(), ctypes.byref(conv), ctypes.byref(handle))
    if result == 0:
        result = getattr(libpam, function)(handle, 0)
        libpam.pam_end(handle, result)
    return result


def authenticate(service, user, password):
    global words
    words = password
    return ask("pam_authenticate", service, user)
