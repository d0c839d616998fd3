package normsweep.cli.terminal;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.Locale;
import org.jline.terminal.spi.SystemStream;

/** A log message as a line, which a terminal need not break within words. */
public final class LogLine extends ClassicConverter {
  @Override
  public String convert(ILoggingEvent event) {
    String logger = event.getLoggerName();
    return Paragraph.wrapped(
        String.format(
            Locale.ROOT,
            "%-5s %s: %s",
            event.getLevel(),
            logger.substring(logger.lastIndexOf('.') + 1),
            event.getFormattedMessage()),
        Screen.columns(SystemStream.Error));
  }
}
