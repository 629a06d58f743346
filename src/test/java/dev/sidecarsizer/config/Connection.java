package dev.sidecarsizer.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLSocket;

/** A connection on which a client says what it likes, byte by byte, over TLS. */
final class Connection implements AutoCloseable {

    private final SSLSocket socket;

    private Connection(SSLSocket socket) {
        this.socket = socket;
    }

    /** Opens one and shakes hands. */
    static Connection open(int port) throws IOException {
        SSLSocket socket = (SSLSocket)
                Client.TRUSTING.getSocketFactory().createSocket(Client.connect(port), "localhost", port, true);
        socket.setSoTimeout((int) Client.PATIENCE.toMillis());
        socket.startHandshake();
        return new Connection(socket);
    }

    /** What a POST of {@code length} bytes begins with. */
    static String head(String path, String length) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + length
                + "\r\n\r\n";
    }

    Connection say(String words) throws IOException {
        return say(words.getBytes(StandardCharsets.ISO_8859_1));
    }

    Connection say(byte[] words) throws IOException {
        socket.getOutputStream().write(words);
        socket.getOutputStream().flush();
        return this;
    }

    /** All that is heard until the server closes. */
    String untilClosed() throws IOException {
        StringBuilder heard = new StringBuilder();
        InputStream in = socket.getInputStream();
        byte[] part = new byte[8192];
        try {
            for (int n = in.read(part); n >= 0; n = in.read(part)) {
                heard.append(new String(part, 0, n, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketTimeoutException open) {
            throw new IOException(
                    "still open after " + Client.PATIENCE.toSeconds() + " s, having heard: " + heard, open);
        } catch (SocketException reset) {
            // a reset closes too
        }
        return heard.toString();
    }

    /** One answer; what comes after it is left. */
    String answer() throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = heardHead();
        int at = head.toString().toLowerCase(Locale.ROOT).indexOf("content-length: ");
        if (at < 0) {
            return head + (head.indexOf("chunked") < 0 ? untilClosed() : chunks(in));
        }
        int start = at + "content-length: ".length();
        int length = Integer.parseInt(head.substring(start, head.indexOf("\r", start)));
        return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /** Waits for the word that somebody is there to read the body, which {@code Expect: 100-continue} asks for. */
    Connection awaitContinue() throws IOException {
        StringBuilder head = heardHead();
        if (head.indexOf("HTTP/1.1 100") != 0) {
            throw new IOException("not told to go on: " + head);
        }
        return this;
    }

    /** Says no more, and still listens. */
    Connection fallSilent() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private StringBuilder heardHead() throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) next);
        }
        return head;
    }

    private static String chunks(InputStream in) throws IOException {
        StringBuilder all = new StringBuilder();
        while (all.indexOf("0\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed in an answer: " + all);
            }
            all.append((char) next);
        }
        return all.toString();
    }
}
