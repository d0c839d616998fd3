package normsweep.ui;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Every request passes here first, and leaves with headers that keep browsers from doing with an
 * answer what it is not for.
 *
 * <p>Let in is what the pages themselves ask for: GET and HEAD without a body, for a path of plain
 * characters (nothing is percent-encoded in this server's addresses, so no encoding of {@code ..}
 * has a meaning), with a {@code Host} that names this server, whatever the port. The last check is
 * against DNS rebinding: a page of another site whose name was pointed at this machine still sends
 * that name.
 */
final class RequestGate implements Handler<RoutingContext> {
  private static final Pattern PLAIN_PATH = Pattern.compile("/|(/[A-Za-z0-9_@-][A-Za-z0-9._@-]*)+");

  /** What pages append to have a file fetched anew; no other query has a meaning here. */
  private static final Pattern CACHE_BUSTER = Pattern.compile("(_=)?[a-z0-9]{1,20}");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]");
  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");
  private static final int LONGEST_PATH = 512;

  /** Pages of this project: nothing but files of this server. */
  static final String STRICT_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** DL4J's pages and charts have styles in their markup; scripts are left out of it. */
  static final String TRAINING_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  private final Set<String> names;

  /**
   * A gate of a server.
   *
   * @param names what {@code Host} may name, in lower case, without the port
   */
  RequestGate(Set<String> names) {
    this.names = Set.copyOf(names);
  }

  /** Whether a text can be the name of a host. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    protect(context);
    int refusal = refusal(request);
    if (refusal == 0) {
      context.next();
      return;
    }
    HttpServerResponse response = request.response();
    if (refusal == 405) {
      response.putHeader("Allow", "GET, HEAD");
    }
    response.setStatusCode(refusal).end(reason(refusal));
  }

  private static void protect(RoutingContext context) {
    boolean training =
        context.request().path() != null && context.request().path().startsWith("/train");
    MultiMap headers = context.response().headers();
    headers.set("Content-Security-Policy", training ? TRAINING_POLICY : STRICT_POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
    context.addHeadersEndHandler(
        end -> {
          if (!headers.contains("Content-Type")) {
            headers.set("Content-Type", "text/plain; charset=utf-8");
          }
        });
  }

  /** The status of the refusal, 0 if there is none. */
  private int refusal(HttpServerRequest request) {
    MultiMap headers = request.headers();
    if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
      return 405;
    }
    if (headers.contains("Transfer-Encoding")
        || !headers.getAll("Content-Length").stream().allMatch("0"::equals)) {
      return 413;
    }
    List<String> host = headers.getAll("Host");
    if (host.size() != 1 || !isOwn(host.get(0))) {
      return 421;
    }
    if (fromElsewhere(headers)) {
      return 403;
    }
    String path = request.path();
    if (!request.uri().startsWith("/")
        || path == null
        || path.length() > LONGEST_PATH
        || !PLAIN_PATH.matcher(path).matches()
        || (request.query() != null && !CACHE_BUSTER.matcher(request.query()).matches())) {
      return 400;
    }
    return 0;
  }

  private boolean isOwn(String host) {
    return names.contains(PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT));
  }

  /** Another site's page may link here, and nothing more. */
  private boolean fromElsewhere(MultiMap headers) {
    String origin = headers.get("Origin");
    if (origin != null && !isOwn(origin.replaceFirst("^https?://", ""))) {
      return true;
    }
    String site = headers.get("Sec-Fetch-Site");
    return ("cross-site".equals(site) || "same-site".equals(site))
        && !"navigate".equals(headers.get("Sec-Fetch-Mode"));
  }

  private static String reason(int refusal) {
    return switch (refusal) {
      case 403 -> "Requests of other sites are not answered.";
      case 405 -> "Only GET and HEAD are answered.";
      case 413 -> "A request with a body is not answered.";
      case 421 ->
          "This is not the name of this server; --ui-allow-host adds a name when it is started.";
      default -> "This address is not one of this server's.";
    };
  }
}
