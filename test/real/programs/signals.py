# Handles or ignores every signal it can; prints the name of each it handles. TERM ends it with the code in its argument.
import signal, sys, threading

mode, code = sys.argv[1], int(sys.argv[2])
reserved = {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}

def handle(number, _):
    print("got", signal.Signals(number).name, flush=True)
    if number == signal.SIGTERM:
        sys.exit(code)

for each in signal.valid_signals() - reserved:
    signal.signal(each, handle if mode == "handle" else signal.SIG_IGN)
print("up", flush=True)
while True:
    signal.pause()
