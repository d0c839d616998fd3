package normsweep.data;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
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
final class Proxies extends ProxySelector {
  private static final int HTTP_PORT = 80;

  static {
    // Java sends a proxy no password for a tunnel unless told so before the first client is made.
    System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
  }

  private final UnaryOperator<String> environment;

  Proxies(UnaryOperator<String> environment) {
    this.environment = environment;
  }

  /** Builds clients that fetch {@code address} through the proxy that the environment names. */
  static HttpClient.Builder client(URI address) {
    ProxySelector javas = ProxySelector.getDefault();
    boolean told =
        javas != null
            && javas.select(address).stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
    return told ? HttpClient.newBuilder() : new Proxies(System::getenv).builder(address);
  }

  /** Builds clients that fetch {@code address}. */
  HttpClient.Builder builder(URI address) {
    return proxy(address)
        .map(at -> through(at).proxy(this))
        .orElseGet(() -> HttpClient.newBuilder().proxy(this));
  }

  /**
   * Builds clients that fetch everything through one proxy, as its user if it names one.
   *
   * @throws NormSweepException unavailable if it is none that Java can speak to
   */
  static HttpClient.Builder through(URI proxy) {
    HttpClient.Builder builder = HttpClient.newBuilder().proxy(ProxySelector.of(socket(proxy)));
    if (proxy.getRawUserInfo() == null) {
      return builder;
    }
    String[] user = proxy.getRawUserInfo().split(":", 2);
    PasswordAuthentication login =
        new PasswordAuthentication(
            decoded(user[0]), decoded(user.length < 2 ? "" : user[1]).toCharArray());
    return builder.authenticator(
        new Authenticator() {
          @Override
          protected PasswordAuthentication getPasswordAuthentication() {
            return getRequestorType() == RequestorType.PROXY ? login : null;
          }
        });
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static InetSocketAddress socket(URI proxy) {
    int port = proxy.getPort() > 0 ? proxy.getPort() : HTTP_PORT;
    return InetSocketAddress.createUnresolved(proxy.getHost(), port);
  }

  /** A proxy as people write it, {@code http://} left out or not. */
  static URI parse(String name, String value) {
    URI proxy;
    try {
      proxy = URI.create(value.contains("://") ? value : "http://" + value);
    } catch (IllegalArgumentException e) {
      throw unusable(name, e);
    }
    if (!"http".equalsIgnoreCase(proxy.getScheme()) || proxy.getHost() == null) {
      throw unusable(name, null);
    }
    return proxy;
  }

  // Its value may hold a password, so it is not shown.
  private static NormSweepException unusable(String name, Throwable cause) {
    return NormSweepException.unavailable(
        "the proxy that " + name + " names is not of the form http://HOST:PORT", cause);
  }

  @Override
  public List<Proxy> select(URI address) {
    return List.of(
        proxy(address).map(at -> new Proxy(Proxy.Type.HTTP, socket(at))).orElse(Proxy.NO_PROXY));
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException why) {
    // There is no other to try; the request fails and says so.
  }

  private Optional<URI> proxy(URI address) {
    return value(address.getScheme() + "_proxy")
        .filter(proxy -> !direct(address))
        .map(proxy -> parse(address.getScheme().toUpperCase(Locale.ROOT) + "_PROXY", proxy));
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
