package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

class HelpTest {
  private static final CommandLine PROGRAM = Main.commandLine();

  @Test
  void everyCommandHasAnExampleThatParses() {
    for (Map.Entry<String, CommandLine> one : PROGRAM.getSubcommands().entrySet()) {
      String[] footer = one.getValue().getCommandSpec().usageMessage().footer();
      String text = String.join("\n", footer).replace("\\\n", " ");
      assertTrue(text.contains("Example: "), one.getKey());
      if (!one.getKey().equals("generate-completion")) {
        String start = "Example: java -jar target/normsweep.jar ";
        String words =
            text.substring(text.indexOf(start) + start.length()).lines().findFirst().get();
        assertTrue(words.startsWith(one.getKey()), words);
        Main.commandLine().parseArgs(words.strip().split(" +", -1));
      }
    }
  }

  /** Options that take a value, each with its name and text for messages. */
  private static Map<String, OptionSpec> valued() {
    Map<String, OptionSpec> options = new LinkedHashMap<>();
    for (CommandLine command : PROGRAM.getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (option.arity().max() > 0) {
          String text = String.join(" ", option.description());
          options.put(command.getCommandName() + " " + option.longestName() + ": " + text, option);
        }
      }
    }
    return options;
  }

  /** A default that the parser knows, or one in words; or what the option adds, if it is given. */
  @Test
  void everyValueSaysItsDefault() {
    valued()
        .forEach(
            (text, option) -> {
              if (option.defaultValue() != null) {
                assertTrue(text.contains("(default: " + option.defaultValue()), text);
              } else if (option.isMultiValue()) {
                assertTrue(text.contains("may be repeated"), text);
              } else {
                assertNull(option.initialValue(), text);
                assertTrue(
                    text.matches(".*: (Also write|Show instead) .*|.*\\(default: [^$]{4,}\\).*"),
                    text);
              }
            });
  }

  @Test
  void everyNumberSaysItsUnit() {
    Map<String, String> units = new LinkedHashMap<>();
    units.put("bench --images", "Training images per epoch");
    units.put("landscape --grid", "Grid points per side");
    units.put("landscape --images", "number of validation images");
    units.put("landscape --range", "in multiples of the filters' own norms");
    units.put("predict --top", "Number of classes");
    units.put("run --ui-port", "Port ");
    units.put("ui --ui-port", "Port ");
    Set<String> numbers = new TreeSet<>();
    valued()
        .forEach(
            (text, option) -> {
              if (Number.class.isAssignableFrom(option.type()) || option.type() == int.class) {
                String name = text.substring(0, text.indexOf(':'));
                numbers.add(name);
                assertTrue(text.contains(units.getOrDefault(name, "a unit")), text);
              }
            });
    assertEquals(units.keySet(), numbers);
  }

  @Test
  void linesFitTerminals() {
    for (CommandLine command : PROGRAM.getSubcommands().values()) {
      command
          .getUsageMessage(Ansi.OFF)
          .lines()
          .forEach(line -> assertTrue(line.length() <= 80, line));
    }
  }

  /** README lists each command once. */
  @Test
  void readmeListsEveryCommand() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    for (String name : PROGRAM.getSubcommands().keySet()) {
      String row = "[|] `" + name + "( [A-Z][A-Za-z.… ]*)?` [|] .*";
      assertEquals(1, readme.lines().filter(line -> line.matches(row)).count(), name);
    }
  }
}
