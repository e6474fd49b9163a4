namespace Isolation.IntegrationTests.Runtimes;

/// <summary>The rows of the table in docs/runtimes.md.</summary>
internal static class RuntimeCases
{
    internal static IReadOnlyList<RuntimeCase> All { get; } =
    [
        new("C", "/usr/bin/gcc", """
            cat >a.c <<'END'
            #include <stdio.h>
            int main(void) { FILE *file = tmpfile(); return file ? puts("ok") < 0 : 1; }
            END
            gcc -O2 a.c -o a && ./a
            """),
        new("C++", "/usr/bin/g++", """
            cat >a.cpp <<'END'
            #include <iostream>
            #include <thread>
            int main() { std::thread t([] { std::cout << "ok" << std::endl; }); t.join(); }
            END
            g++ -O1 a.cpp -o a -pthread && ./a
            """),
        new("Rust", "/usr/bin/rustc", """
            cat >a.rs <<'END'
            use std::thread;
            fn main() { println!("{}", thread::spawn(|| "ok").join().unwrap()); }
            END
            rustc a.rs && ./a
            """),
        new("Go, run", "/usr/bin/go", """
            cat >a.go <<'END'
            package main
            import "fmt"
            func main() { c := make(chan string); go func() { c <- "ok" }(); fmt.Println(<-c) }
            END
            go run a.go
            """),
        new("Go, build", "/usr/bin/go", """
            mkdir m && cd m && go mod init m 2>/dev/null && cat >a.go <<'END'
            package main
            func main() { println("built") }
            END
            go build -o a . && ./a 2>/dev/null && echo ok
            """),
        new("Java", "/usr/bin/java", """
            cat >A.java <<'END'
            import java.nio.file.*; import java.security.*; import java.util.*;
            public class A {
                public static void main(String[] arguments) throws Exception {
                    UUID.randomUUID();
                    MessageDigest.getInstance("SHA-256").digest(new byte[1]);
                    Files.delete(Files.createTempFile("a", "b"));
                    System.out.println("ok");
                }
            }
            END
            java A.java
            """),
        new("Java, own host name", "/usr/bin/java", """
            cat >A.java <<'END'
            public class A {
                public static void main(String[] arguments) throws Exception {
                    java.net.InetAddress.getLocalHost();
                    System.out.println("ok");
                }
            }
            END
            java A.java
            """),
        new("Java, allocation loop", "/usr/bin/java", """
            cat >A.java <<'END'
            public class A {
                static Object kept;
                public static void main(String[] arguments) {
                    for (int i = 0; i < 200000; i++) { kept = new byte[16384]; }
                    System.out.println("ok");
                }
            }
            END
            java A.java
            """),
        new("Kotlin", "/usr/bin/kotlinc", """
            echo 'fun main() { println("ok") }' >a.kt && kotlinc a.kt -d a.jar 2>/dev/null && kotlin -cp a.jar AKt
            """),
        new("Scala", "/usr/bin/scala", """
            echo 'object A extends App { println("ok") }' >A.scala && scala -nc A.scala
            """),
        new(".NET", "/usr/bin/dotnet", "dotnet $APP/Isolation.TestHost.dll - runtime | grep -q done && echo ok"),
        new("Node.js", "/usr/bin/node", """
            echo line | node -e '
            const fs = require("fs"), os = require("os"), path = require("path");
            if (fs.readFileSync("/dev/stdin", "utf8") !== "line\n") process.exit(1);
            fs.mkdtempSync(path.join(os.tmpdir(), "a"));
            require("crypto").createHash("sha256").update("a").digest();
            console.log(require("child_process").execSync("echo ok").toString().trim());'
            """),
        new("Node.js, workers", "/usr/bin/node", """
            node -e '
            const {Worker} = require("worker_threads");
            new Worker("require(\"worker_threads\").parentPort.postMessage(\"ok\")", {eval: true})
                .on("message", message => console.log(message));'
            """),
        new("Node.js, allocation loop", "/usr/bin/node", """
            node -e 'let kept; for (let i = 0; i < 200000; i++) kept = new Array(2048).fill(i); console.log("ok");'
            """),
        new("Python", "/usr/bin/python3", """
            cat >a.py <<'END'
            import hashlib, sqlite3, ssl, tempfile, threading, uuid
            uuid.uuid4(); hashlib.sha256(b"a").digest(); ssl.create_default_context()
            with tempfile.NamedTemporaryFile() as file: file.write(b"a")
            assert sqlite3.connect("a.db").execute("select 6 * 7").fetchone() == (42,)
            thread = threading.Thread(target=print, args=("ok",)); thread.start(); thread.join()
            END
            /usr/bin/python3 a.py
            """),
        .. new[] { "fork", "spawn", "forkserver" }.Select(mode => new RuntimeCase(
            $"Python, multiprocessing by {mode}", "/usr/bin/python3", $$"""
            cat >a.py <<'END'
            import multiprocessing as m
            def work(queue): queue.put("ok")
            if __name__ == "__main__":
                m.set_start_method("{{mode}}")
                queue = m.Queue(); process = m.Process(target=work, args=(queue,))
                process.start(); print(queue.get()); process.join()
            END
            /usr/bin/python3 a.py
            """)),
        new("Python, own host name", "/usr/bin/python3", """
            /usr/bin/python3 -c 'import socket; socket.gethostbyname(socket.gethostname()); print("ok")'
            """),
        new("PyPy", "/usr/bin/pypy3", "pypy3 -c 'import tempfile; tempfile.mkdtemp(); print(\"ok\")'"),
        new("Ruby", "/usr/bin/ruby", """
            ruby -e 'require "json"; require "tmpdir"; Dir.mktmpdir { Thread.new { puts "ok" }.join }'
            """),
        new("PHP", "/usr/bin/php", """
            php -r 'random_bytes(4); json_encode(1); tempnam(sys_get_temp_dir(), "a"); echo "ok\n";'
            """),
        new("PHP, extensions", "/usr/bin/php", """
            php -r 'mb_strlen("a"); new PDO("sqlite::memory:"); new DOMDocument; echo "ok\n";'
            """),
        new("Perl", "/usr/bin/perl", "perl -MFile::Temp=tempfile -e 'tempfile(); print qq{ok\\n}'"),
        new("Lua", "/usr/bin/lua5.4", "lua5.4 -e 'assert(io.open(os.tmpname(), \"w\")); print(\"ok\")'"),
        new("Free Pascal", "/usr/bin/fpc", """
            echo "program a; uses SysUtils; begin WriteLn(LowerCase('OK')); end." >a.pas
            fpc -O2 a.pas >/dev/null 2>&1 && ./a
            """),
        new("OCaml", "/usr/bin/ocamlopt", """
            echo 'let () = print_endline (String.lowercase_ascii "OK")' >a.ml && ocamlopt a.ml -o a && ./a
            """),
        new("Haskell", "/usr/bin/ghc", """
            echo 'import Data.Char (toLower)
            main = putStrLn (map toLower "OK")' >a.hs && ghc -v0 a.hs && ./a
            """),
        new("Erlang", "/usr/bin/erl", "erl -noshell -eval 'io:format(\"ok~n\"), halt().'"),
        new("R", "/usr/bin/Rscript", "Rscript -e 'f <- tempfile(); writeLines(\"ok\", f); cat(readLines(f), \"\\n\")'"),
        new("bash, process substitution", "/bin/bash", "bash -c 'diff <(echo a) <(echo a) && echo ok'"),
        new("git", "/usr/bin/git", """
            export GIT_CONFIG_NOSYSTEM=1
            git init -q r && cd r && echo a >a && git add a &&
            git -c user.name=a -c user.email=a@example.com commit -qm a && git log --oneline | wc -l | grep -q 1 &&
            echo ok
            """),
        new("POSIX message queues", "/usr/bin/gcc", """
            cat >a.c <<'END'
            #include <fcntl.h>
            #include <mqueue.h>
            #include <stdio.h>
            int main(void)
            {
                mqd_t queue = mq_open("/a", O_CREAT | O_RDWR, 0600, NULL);
                if (queue < 0) { perror("mq_open"); return 1; }
                return mq_unlink("/a") != 0 || puts("ok") < 0;
            }
            END
            gcc a.c -o a && ./a
            """),
    ];
}
