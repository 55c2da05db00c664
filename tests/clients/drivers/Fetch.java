// SPDX-License-Identifier: MIT
// Requests each URL it reads, with Java's own HTTP client. Java reads no variable: the properties
// are set as a person who has a NO_PROXY sets them, with a bar for each comma.
// A line on standard input is a URL; the answer is one line, "ok" or what went wrong.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;

public class Fetch {
    static final int MILLISECONDS = 60000;

    static void setProperties() {
        URI proxy = URI.create(System.getenv("http_proxy"));
        for (String scheme : new String[] {"http", "https"}) {
            System.setProperty(scheme + ".proxyHost", proxy.getHost());
            System.setProperty(scheme + ".proxyPort", Integer.toString(proxy.getPort()));
        }
        String list = System.getenv("no_proxy");
        if (list != null) {
            System.setProperty("http.nonProxyHosts", list.replace(',', '|'));
        }
        System.setProperty("http.keepAlive", "false");
    }

    static void fetch(String url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        connection.setConnectTimeout(MILLISECONDS);
        connection.setReadTimeout(MILLISECONDS);
        connection.getInputStream().readAllBytes();
    }

    public static void main(String[] arguments) throws IOException {
        setProperties();
        BufferedReader urls = new BufferedReader(new InputStreamReader(System.in));
        for (String url = urls.readLine(); url != null; url = urls.readLine()) {
            String answer = "ok";
            try {
                fetch(url);
            } catch (Exception error) {
                answer = error.toString().replace('\n', ' ');
            }
            System.out.println(answer);
        }
    }
}
