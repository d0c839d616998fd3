package normsweep;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** The warnings that the program logs until this is closed. */
final class Warnings implements AutoCloseable {
  private final Logger logger = (Logger) LoggerFactory.getLogger("normsweep");
  private final ListAppender<ILoggingEvent> heard = new ListAppender<>();
  private final boolean additive = logger.isAdditive();

  Warnings() {
    heard.start();
    logger.addAppender(heard);
    // Thousands of expected warnings would bury what else a build says.
    logger.setAdditive(false);
  }

  /** What was said about a file. */
  String about(Path file) {
    String name = file.getFileName().toString();
    return List.copyOf(heard.list).stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .filter(message -> message.contains(name))
        .collect(Collectors.joining(" "));
  }

  @Override
  public void close() {
    logger.detachAppender(heard);
    logger.setAdditive(additive);
  }
}
