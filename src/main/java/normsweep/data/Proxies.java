package normsweep.data;

import java.io.IOException;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import normsweep.base.NormSweepException;

/**
 * The proxies that the environment names: {@code https_proxy}, {@code http_proxy} and {@code
 * no_proxy}, in small or capital letters, small ones first. A proxy may hold a user and a password.
 * Hosts of {@code no_proxy} are separated by commas, stand for their subdomains too and may have a
 * port; {@code *} means all. Java's own proxy properties come before the environment.
 */
record Proxies(UnaryOperator<String> environment) {
  private static final int HTTP_PORT = 80;

  static {
    // Java sends a proxy no password for a tunnel unless told so before its first connection.
    System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
  }

  /** A connection to {@code address}, not yet made, through the proxy that the user has named. */
  static HttpURLConnection open(URI address) throws IOException {
    boolean javas =
        ProxySelector.getDefault().select(address).stream()
            .anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
    return javas
        ? (HttpURLConnection) address.toURL().openConnection()
        : new Proxies(System::getenv).connection(address);
  }

  /** A connection through the environment's proxy, as its user if it names one. */
  HttpURLConnection connection(URI address) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) address.toURL().openConnection(proxy(address));
    named(address)
        .map(URI::getRawUserInfo)
        .map(Proxies::login)
        .ifPresent(connection::setAuthenticator);
    return connection;
  }

  /** Answers a proxy, and nobody else, that asks for a password. */
  private static Authenticator login(String userInfo) {
    String[] user = userInfo.split(":", 2);
    char[] password = decoded(user.length < 2 ? "" : user[1]).toCharArray();
    PasswordAuthentication login = new PasswordAuthentication(decoded(user[0]), password);
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        return getRequestorType() == RequestorType.PROXY ? login : null;
      }
    };
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  Proxy proxy(URI address) {
    return named(address)
        .map(at -> InetSocketAddress.createUnresolved(at.getHost(), port(at)))
        .map(at -> new Proxy(Proxy.Type.HTTP, at))
        .orElse(Proxy.NO_PROXY);
  }

  private static int port(URI proxy) {
    return proxy.getPort() > 0 ? proxy.getPort() : HTTP_PORT;
  }

  private Optional<URI> named(URI address) {
    return value(address.getScheme() + "_proxy")
        .filter(proxy -> !direct(address))
        .map(proxy -> parse(address.getScheme().toUpperCase(Locale.ROOT) + "_PROXY", proxy));
  }

  /** A proxy as people write it, {@code http://} left out or not. */
  private static URI parse(String name, String value) {
    try {
      URI proxy = URI.create(value.contains("://") ? value : "http://" + value);
      if ("http".equalsIgnoreCase(proxy.getScheme()) && proxy.getHost() != null) {
        return proxy;
      }
    } catch (IllegalArgumentException e) {
      // Refused below without the cause, which shows the value.
    }
    // Its value may hold a password, so it is not shown.
    throw NormSweepException.unavailable(
        "the proxy that " + name + " names is not of the form http://HOST:PORT");
  }

  private Optional<String> value(String name) {
    return Stream.of(name, name.toUpperCase(Locale.ROOT))
        .map(environment)
        .filter(value -> value != null && !value.isBlank())
        .findFirst();
  }

  private boolean direct(URI address) {
    String host = address.getHost().toLowerCase(Locale.ROOT);
    return Arrays.stream(value("no_proxy").orElse("").toLowerCase(Locale.ROOT).split("[,\\s]+"))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> entry.replaceFirst("^\\*?\\.", ""))
        .anyMatch(
            entry ->
                entry.equals("*")
                    || covers(entry, host)
                    || covers(entry, host + ":" + address.getPort()));
  }

  private static boolean covers(String entry, String host) {
    return host.equals(entry) || host.endsWith("." + entry);
  }
}
