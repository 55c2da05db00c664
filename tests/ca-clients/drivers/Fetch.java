// SPDX-License-Identifier: MIT
// Requests a URL with Java's own HTTP client. Java reads no variable of a proxy, so that is set as a person does it.

import java.net.URI;

public class Fetch {
    public static void main(String[] arguments) throws Exception {
        String proxy = System.getenv("https_proxy");
        if (proxy != null) {
            System.setProperty("https.proxyHost", URI.create(proxy).getHost());
            System.setProperty("https.proxyPort", Integer.toString(URI.create(proxy).getPort()));
        }
        URI.create(arguments[0]).toURL().openStream().readAllBytes();
    }
}
