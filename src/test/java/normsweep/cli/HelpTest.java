package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.AutoComplete;
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

  @Test
  void everyValueSaysItsDefault() {
    for (CommandLine command : PROGRAM.getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        String text = String.join(" ", option.description());
        boolean optional = option.arity().max() > 0 && !option.isMultiValue();
        assertTrue(
            !optional || text.matches(".*(default|Also write|Show instead|Say|Write).*"),
            () -> command.getCommandName() + " " + option.longestName() + ": " + text);
      }
    }
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

  @Test
  void completionKnowsCommandsAndOptions() {
    String script = AutoComplete.bash("normsweep", PROGRAM);
    for (String word : new String[] {"export", "--tensorboard", "landscape", "--compare"}) {
      assertTrue(script.contains(word), word);
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
