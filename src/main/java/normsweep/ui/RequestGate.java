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
 * Checks every request first, and sets the security headers of every answer.
 *
 * <p>Only what the pages themselves request is accepted: GET and HEAD without a body, for a path of
 * plain characters (nothing is percent-encoded in this server's addresses, so no encoding of {@code
 * ..} has a meaning), with a {@code Host} that names this server, whatever the port. That last
 * check prevents DNS rebinding: a page of another site whose name was redirected to this machine
 * still sends that name.
 */
final class RequestGate implements Handler<RoutingContext> {
  private static final Pattern PLAIN_PATH = Pattern.compile("/|(/[A-Za-z0-9_@-][A-Za-z0-9._@-]*)+");

  /** What pages append to bypass the cache; no other query has a meaning here. */
  private static final Pattern CACHE_BUSTER = Pattern.compile("(_=)?[a-z0-9]{1,20}");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]");
  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");
  private static final int LONGEST_PATH = 512;

  /** For pages of this project: only files of this server. */
  static final String STRICT_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** For DL4J's pages and charts, which have inline styles; their inline scripts are removed. */
  static final String TRAINING_POLICY =
      STRICT_POLICY
          .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
          .replace("data:;", "data:; font-src 'self';");

  private final Set<String> names;

  /**
   * Creates the gate of a server.
   *
   * @param names the names allowed in {@code Host}, in lower case, without a port
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

  /** The status to refuse a request with, 0 to accept it. */
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

  /** Another site's page may only link here. */
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
      case 403 -> "Requests from other sites are refused.";
      case 405 -> "Only GET and HEAD are allowed.";
      case 413 -> "Requests with a body are refused.";
      case 421 -> "This server has another name; start it with --ui-allow-host to add this one.";
      default -> "This server has no such address.";
    };
  }
}
