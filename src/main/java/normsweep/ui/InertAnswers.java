package normsweep.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes the answers of DL4J's pages harmless. Their scripts insert recorded texts into the page as
 * markup, so markup in data is escaped and appears as the text it is. Their pages contain inline
 * scripts, which the security policy forbids: these are removed, and {@code trial.js} does their
 * work. What {@link Amendments} has to say about a trial is added before.
 */
final class InertAnswers {
  private static final Pattern SCRIPT = Pattern.compile("<script>.*?</script>", Pattern.DOTALL);
  private static final Pattern ON_CHANGE = Pattern.compile(" onchange='[^']*'");
  private static final ObjectMapper ESCAPING = new ObjectMapper();

  static {
    ESCAPING.getFactory().setCharacterEscapes(new MarkupEscapes());
  }

  private InertAnswers() {}

  /**
   * The same request, with its answer corrected and made harmless.
   *
   * @param amendments corrections of what is said about a trial, if there is one
   */
  static RoutingContext of(RoutingContext context, Optional<Amendments> amendments) {
    String path = context.request().path();
    HttpServerResponse response = context.response();
    HttpServerResponse inert =
        proxy(
            HttpServerResponse.class,
            (self, method, arguments) -> {
              if (method.getName().equals("end")
                  && arguments != null
                  && arguments[0] instanceof String body) {
                arguments[0] =
                    inert(path, body, response.headers().get("Content-Type"), amendments);
              }
              Object result = method.invoke(response, arguments);
              return result == response ? self : result;
            });
    return proxy(
        RoutingContext.class,
        (self, method, arguments) ->
            method.getName().equals("response") ? inert : method.invoke(context, arguments));
  }

  private static String inert(
      String path, String body, String type, Optional<Amendments> amendments) {
    if (type == null) {
      return body;
    }
    return type.startsWith("text/html")
        ? withoutScripts(amendments.map(those -> those.page(path, body)).orElse(body))
        : escaped(path, body, amendments);
  }

  private static String withoutScripts(String page) {
    String text = SCRIPT.matcher(page).replaceAll("").replace(" onclick=", " data-click=");
    return ON_CHANGE.matcher(text).replaceAll("");
  }

  private static String escaped(String path, String json, Optional<Amendments> amendments) {
    try {
      JsonNode data = ESCAPING.readTree(json);
      return ESCAPING.writeValueAsString(
          amendments.map(those -> those.data(path, data)).orElse(data));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** In JSON values and names these characters are always text. */
  private static final class MarkupEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final Map<Integer, String> ENTITIES =
        Map.of(
            (int) '<', "&lt;",
            (int) '>', "&gt;",
            (int) '&', "&amp;",
            (int) '"', "&quot;",
            (int) '\'', "&#39;");

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = standardAsciiEscapesForJSON();
      ENTITIES.keySet().forEach(character -> codes[character] = ESCAPE_CUSTOM);
      return codes;
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
      // Asked for every character beyond ASCII, too; those stay as they are.
      String entity = ENTITIES.get(character);
      return entity == null ? null : new SerializedString(entity);
    }
  }
}
