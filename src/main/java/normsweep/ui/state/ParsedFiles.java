package normsweep.ui.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import normsweep.base.NormSweepException;

/**
 * Parsed files, which are parsed again only once they have changed.
 *
 * @param <T> what a file is parsed to
 */
public final class ParsedFiles<T> {
  private record Parsed<T>(String version, T value) {}

  private final Map<Path, Parsed<T>> parsed = new ConcurrentHashMap<>();
  private final BiFunction<Path, T, T> parser;
  private final T none;

  /**
   * Creates an empty cache.
   *
   * @param parser reads a file; a {@link NormSweepException} means that it cannot be read
   * @param none what a missing or unreadable file is taken for
   */
  ParsedFiles(Function<Path, T> parser, T none) {
    this((file, before) -> parser.apply(file), none);
  }

  private ParsedFiles(BiFunction<Path, T, T> parser, T none) {
    this.parser = parser;
    this.none = none;
  }

  /** The same with a parser that also gets what it made of the file before. */
  static <T> ParsedFiles<T> growing(BiFunction<Path, T, T> parser, T none) {
    return new ParsedFiles<>(parser, none);
  }

  T get(Path file) {
    String version = version(file);
    if (version.isEmpty()) {
      return none;
    }
    Parsed<T> known = parsed.get(file);
    if (known == null || !known.version.equals(version)) {
      known = new Parsed<>(version, parse(file, known == null ? none : known.value));
      parsed.put(file, known);
    }
    return known.value;
  }

  private T parse(Path file, T before) {
    try {
      return parser.apply(file, before);
    } catch (NormSweepException e) {
      return none; // `run` and `report` say why
    }
  }

  /** A text that differs once a file has changed; empty if there is none. */
  public static String version(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
    } catch (IOException e) {
      return "";
    }
  }
}
