package normsweep.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SweepYamlTest {
  private static SweepConfig parse(String yaml, String... overrides) {
    return SweepYaml.parse("a.yaml", "a", yaml, List.of(overrides));
  }

  private static String error(String yaml, String... overrides) {
    NormSweepException e =
        assertThrows(NormSweepException.class, () -> parse(yaml, overrides), yaml);
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  @Test
  void picturesLeaveNoTraceInConfigsOfCifar() {
    SweepConfig cifar = SweepYaml.parse("x", "x", "", List.of());
    String text = SweepYaml.write(cifar);
    for (String key :
        List.of("source", "resize", "imageSize", "skipUnreadable", "balance", "classWeights")) {
      assertFalse(text.contains(key + ":"), key);
    }
    SweepConfig own =
        SweepYaml.parse(
            "x", "x", "", List.of("data.source=/a b/é", "training.classWeights=balanced"));
    assertEquals(own, SweepYaml.parse("x", "x", SweepYaml.write(own), List.of()));
    assertTrue(own.data().own() && own.training().balanced());
    assertThrows(
        NormSweepException.class, () -> SweepYaml.parse("x", "x", "", List.of("data.test=10001")));
    assertEquals(
        10_001,
        SweepYaml.parse("x", "x", "", List.of("data.test=10001", "data.source=a")).data().test());
    assertThrows(
        NormSweepException.class,
        () -> SweepYaml.parse("x", "x", "grid: {data.source: [a, b]}", List.of()));
  }

  @Test
  void emptyFileIsTheDefaultGrid() {
    SweepConfig config = parse("");
    assertEquals("a", config.name());
    assertEquals(
        List.of(Norm.BATCH_NORM, Norm.LAYER_NORM, Norm.FILTER_RESPONSE_NORM), config.grid().norm());
    assertEquals(List.of(Clip.NONE, Clip.globalNorm(1)), config.grid().clip());
    assertEquals(2000, config.data().train());
  }

  @Test
  void resolvedConfigReadsBackEqual() {
    SweepConfig config =
        parse(
            "{data: {train: 300, flip: false}, grid: {clip: [0.5, layer-2, value-0.01], placement:"
                + " [spatial], seed: [3, 1]}, training: {learningRate: 3.0e-4}}");
    assertEquals(config, parse(SweepYaml.write(config)));
    assertEquals(List.of(), SweepYaml.differences(config, parse(SweepYaml.write(config))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0E0", "007", "1e3", "0x1F", "0.00001", "1_0", "1-1", "no", "null"})
  void numericNamesReadBackEqual(String name) {
    SweepConfig config = parse("name: '" + name + "'");
    assertEquals(name, config.name());
    assertEquals(config, parse(SweepYaml.write(config)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.10", "no", "on", "2026-11-25", "0o17", "0x1F", "007", "1_0", "1e3"})
  void keepsNamesAsWritten(String name) {
    assertEquals(name, parse("name: " + name + " # comment").name());
    assertEquals(name, parse("name: x", "name=" + name).name());
    assertEquals(name, parse(SweepYaml.write(parse("name: " + name))).name());
  }

  @ParameterizedTest
  @CsvSource({"020, 20", "042, 42", "0o17, 15", "0x1F, 31", "+7, 7"})
  void numbersAreThoseOfYaml12(String written, int number) {
    SweepConfig inFile =
        parse("{training: {epochs: " + written + "}, grid: {seed: " + written + "}}");
    assertEquals(number, inFile.training().epochs());
    assertEquals(List.of((long) number), inFile.grid().seed());
    assertEquals(inFile, parse("", "training.epochs=" + written, "grid.seed=" + written));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training:\\n"
            + "  epochs: 1_0 | a.yaml, line 2: training.epochs is \"1_0\", allowed is a whole",
        "training:\\n"
            + "  epochs: 1:30 | a.yaml, line 2: training.epochs is \"1:30\", allowed is a whole",
        "training:\\n"
            + "  epochs: '20' | a.yaml, line 2: training.epochs is \"20\", allowed is a whole",
        "training:\\n  warmupEpochs: .inf | a.yaml, line 2: training.warmupEpochs is .inf, allowed",
        "data:\\n  flip: yes | a.yaml, line 2: data.flip is \"yes\", allowed is true or false",
        "data:\\n  flip: off | a.yaml, line 2: data.flip is \"off\", allowed is true or false",
        "grid:\\n  seed:\\n  - 1\\n  - x | a.yaml, line 4: grid.seed is \"x\", allowed is a whole",
        "name: a\\ntrain: {} | a.yaml, line 2: unknown key train; allowed here: name, data",
        "name: null | a.yaml, line 1: name is null, allowed is a value",
        "data:\\n\\ttrain: 20 | a.yaml, line 2: a tab is used where only spaces are allowed; indent with",
        "name: a\\n"
            + "---\\n"
            + "name: b | a.yaml, line 2: a second document starts; put each sweep in its own",
        "data: &d\\n"
            + "  train: 20 | a.yaml, line 1: &d is an anchor; delete it and write the value out",
        "name: a\\ngrid: *d | a.yaml, line 2: *d is an alias; write its value out.",
        "name: a\\n<<: {} | a.yaml, line 2: << is a merge key; write the keys out.",
        "name: !!str 1 | a.yaml, line 1: !!str is a tag; delete it.",
        "data: {}\\ndata: {} | a.yaml, line 2: the key data appears twice; keep one of them.",
        "? [a]\\n: 1 | a.yaml, line 1: a key is a list or a mapping; give it a name.",
        "%YAML 1.1\\n"
            + "---\\n"
            + "name: a | a.yaml: %YAML declares another version than 1.2; delete that line.",
      })
  void refusesAmbiguousYaml(String yaml, String expected) {
    String text = yaml.replace("\\n", "\n").replace("\\t", "\t");
    String message = error(text);
    assertTrue(message.startsWith("a.yaml") && message.contains(expected.strip()), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.epochs=0 | training.epochs is 0, allowed is a whole number from 1 to 1000.",
        "training.epoch=3 | unknown key training.epoch; allowed here: epochs",
        "training.epochs= | training.epochs is empty, allowed is a value",
        "data.flip=yes | data.flip is \"yes\", allowed is true or false.",
        "name=&a x | &a is an anchor; delete it",
        "grid.seed=!!int 3 | !!int is a tag; delete it.",
      })
  void wrongSettingsNameTheOption(String override, String expected) {
    assertTrue(
        error("name: a", override).startsWith("--set " + override + ": " + expected), expected);
  }

  @Test
  void readsFilesOfEveryEditor() {
    String yaml = "# a comment\nname: b\ndata:\n  train: 300 # fewer\n";
    SweepConfig config = parse(yaml);
    assertEquals(300, config.data().train());
    assertEquals(config, parse(yaml.replace("\n", "\r\n")));
    assertEquals(config, parse("\ufeff" + yaml));
    assertEquals(config, parse("---\n" + yaml + "...\n"));
    assertEquals(parse(""), parse("# nothing but a comment\n"));
    assertEquals(parse(""), parse("\ufeff"));
  }

  @Test
  void configsOnDiskStayReadable() {
    SweepConfig config =
        parse(
            """
            name: quick
            grid:
              norm:
              - batch-norm
              clip:
              - none
              - "1.0"
              - layer-0.5
              seed:
              - 1
            landscape:
              range: 1.0
            """);
    assertEquals(
        List.of("none", "1.0", "layer-0.5"), config.grid().clip().stream().map(Clip::id).toList());
    assertEquals(1.0, config.landscape().range());
  }

  @Test
  void lastOverrideWins() {
    SweepConfig config =
        parse(
            "training: {epochs: 3}",
            "training.epochs=4",
            "training.epochs=5",
            "grid.clip=[none, 0.5]",
            "data.flip=false");
    assertEquals(5, config.training().epochs());
    assertEquals(List.of(Clip.NONE, Clip.globalNorm(0.5)), config.grid().clip());
    assertEquals(false, config.data().flip());
  }

  @Test
  void anySettingOfATrialIsAnAxis() {
    SweepConfig config =
        parse(
            "grid: {training.learningRate: [1e-4, 0.0003], data: {flip: false}, seed: 2}",
            "grid.model.hiddenUnits=[64, 128]");
    assertEquals(
        Map.of(
            "training.learningRate", List.of(1e-4, 3e-4),
            "data.flip", List.of(false),
            "model.hiddenUnits", List.of(64, 128)),
        config.grid().further());
    assertEquals(
        List.of("training.learningRate", "data.flip", "model.hiddenUnits"),
        List.copyOf(config.grid().further().keySet()));
    assertEquals(config, parse(SweepYaml.write(config)));
    assertEquals(
        List.of("grid.data.flip: [false] -> none"),
        SweepYaml.differences(
            parse("grid: {data.flip: false, data.views: 1}"), parse("grid: {data.views: 1}")));
  }

  @Test
  void configOfATrialHasItsSettings() {
    SweepConfig config = parse("grid: {training.batchSize: [16, 32], data.train: [20, 100]}");
    Map<String, Object> values = Map.of("training.batchSize", 16, "data.train", 20);
    Trial trial =
        new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.NONE, 1, new TrialSettings(values));
    assertEquals(parse("{training: {batchSize: 16}, data: {train: 20}}"), config.of(trial));
    Trial plain = new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.NONE, 1);
    assertEquals(parse("data: {train: 70}"), parse("data: {train: 70}").of(plain));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "landscape.grid: [5] | landscape.grid cannot be varied: it changes no",
        "tracking.statsEvery: [5] | tracking.statsEvery cannot be varied: it changes",
        "name: [a, b] | name cannot be varied",
        "grid.norm: [batch-norm] | grid.norm cannot be varied here: its values belong directly into"
            + " grid.",
        "grid: {norm: batch-norm} | grid cannot be varied here: its values belong directly into grid",
        "search.candidates: [1, 2] | search.candidates cannot be varied: it belongs to the whole"
            + " sweep, not to a trial.",
        "training.foo: [5] | unknown key grid.training.foo; allowed here: norm, placement, clip,"
            + " seed, and any other setting of a trial",
        "training.epochs: [5, 5] | grid.training.epochs is 5, allowed is each value once",
        "training.learningRate: [1e-4, 0.0001] | grid.training.learningRate is 0.0001, allowed is"
            + " each value once",
        "training.epochs: [0] | grid.training.epochs is 0, allowed is a whole number from 1",
        "training.epochs: [] | grid.training.epochs is [], allowed is at least one value",
        "training: 3 | grid.training is 3, allowed is a mapping",
      })
  void refusesOtherAxes(String axis, String expected) {
    String message = error("grid: {" + axis + "}");
    assertTrue(message.startsWith("a.yaml, line 1: " + expected.strip()), message);
  }

  @Test
  void differencesNameKeyAndBothValues() {
    assertEquals(
        List.of("data.train: 2000 -> 100", "training.learningRate: 0.001 -> 0.01"),
        SweepYaml.differences(
            parse(""), parse("{data: {train: 100}, training: {learningRate: 0.01}}")));
  }

  @Test
  void differencesOfSearchesNameRanges() {
    String search = "search: {candidates: 2, space: {training.learningRate: %s}}";
    SweepConfig list = parse(search.formatted("[0.1, 0.2]"));
    SweepConfig range = parse(search.formatted("{log: [0.1, 0.2]}"));
    String key = "search.space.training.learningRate: ";
    assertEquals(
        List.of(key + "[0.1, 0.2] -> {log=[0.1, 0.2]}"), SweepYaml.differences(list, range));
    assertEquals(
        List.of(key + "{log=[0.1, 0.2]} -> [0.1, 0.2]"), SweepYaml.differences(range, list));
    SweepConfig other = parse("search: {candidates: 2, space: {model.dropout: {log: [0.1, 0.2]}}}");
    assertEquals(
        List.of(
            key + "{log=[0.1, 0.2]} -> none",
            "search.space.model.dropout: none -> {log=[0.1, 0.2]}"),
        SweepYaml.differences(range, other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trainning: {epochs: 3} | unknown key trainning; allowed here: name, data, model",
        "training: {epoch: 3} | unknown key training.epoch; allowed here: epochs, batchSize",
        "training: {epochs: many} | training.epochs is \"many\", allowed is a whole number from 1",
        "training: {epochs: 0} | training.epochs is 0, allowed is a whole number from 1 to 1000",
        "training: {epochs: 2.5} | training.epochs is 2.5, allowed is a whole number",
        "training: {epochs: [1]} | training.epochs is [1], allowed is a whole number",
        "training: {epochs: 99999999999999999999} | training.epochs is 99999999999999999999,"
            + " allowed",
        "training: {learningRate: .nan} | training.learningRate is .nan, allowed is a number from",
        "training: {learningRate: -1} | training.learningRate is -1, allowed is a number from",
        "training: {learningRate: } | training.learningRate is empty, allowed is a value (leave",
        "training: 7 | training is 7, allowed is a mapping",
        "data: {flip: perhaps} | data.flip is \"perhaps\", allowed is true or false",
        "data: {train: 49999, validation: 5000} | data.train + data.validation is 54999, allowed",
        "landscape: {grid: 50} | landscape.grid is 50, allowed is an odd number",
        "data: {train: 50}  | training.batchSize is 64, allowed is at most data.train (50)",
        "model: {hiddenUnits: 1} | model.hiddenUnits is 1, allowed with layer-norm is at least 2",
        "grid: {norm: [batchnorm]} | grid.norm is \"batchnorm\", allowed is batch-norm |"
            + " layer-norm",
        "grid: {norm: []} | grid.norm is [], allowed is at least one value",
        "grid: {clip: [none, none]} | grid.clip is \"none\", allowed is each value once",
        "grid: {clip: -1.0} | grid.clip is -1.0, allowed is none | THRESHOLD (global norm)",
        "grid: {clip: layer-} | grid.clip is \"layer-\", allowed is none",
        "grid: {clip: {mode: none}} | grid.clip is {mode: \"none\"}, allowed is a single value",
        "grid: {clip: 1e-300} | grid.clip is 1e-300, allowed is none | THRESHOLD (global norm)",
        "grid: {seed: [1, 1]} | grid.seed is 1, allowed is each value once",
        "grid: {placement: middle} | grid.placement is \"middle\", allowed is dense | spatial",
        "name: ../x | name is \"../x\", allowed is letters, digits",
        "model: {unfreezeFrom: 'a b'} | model.unfreezeFrom is \"a b\", allowed is the name",
        "[1, 2] | contains no mapping",
        "'just text' | contains no mapping",
        "'a: b: c' | is not valid YAML at line 1, column 5",
        "'{data: {train: 5' | is not valid YAML at line 1",
        "{name: x, name: y} | a.yaml, line 1: the key name appears twice; keep one of them.",
        "!!javax.script.ScriptEngineManager [1] | !!javax.script.ScriptEngineManager is a tag;"
            + " delete",
      })
  void refusesBadValuesInOneSentence(String yaml, String expected) {
    String message = error(yaml.startsWith("'") ? yaml.replace("'", "") : yaml);
    assertTrue(
        message.startsWith("a.yaml")
            || message.startsWith("data.")
            || message.startsWith("training.")
            || message.startsWith("landscape."),
        message);
    assertTrue(message.contains(expected.strip()), message);
  }

  @Test
  void showsUnprintableKeysAsQuestionMarks() {
    assertTrue(error("\"a\\nb\\e[2J\": 1").startsWith("a.yaml, line 1: unknown key a?b?[2J; "));
    String endless = error("k".repeat(1000) + ": 1");
    assertTrue(
        endless.startsWith("a.yaml, line 1: unknown key kkk") && endless.length() < 400, endless);
  }

  @ParameterizedTest
  @ValueSource(strings = {"training.epochs", "=3", "a..b=1", "training.epochs=[", "name.x=3"})
  void wrongOverridesAreOneSentence(String override) {
    assertTrue(error("name: a", override).contains("--set " + override));
  }

  @Test
  void everyShippedSweepIsValid() throws IOException {
    try (var files = Files.list(Path.of("sweeps"))) {
      List<Path> sweeps = files.filter(file -> file.toString().endsWith(".yaml")).toList();
      assertEquals(7, sweeps.size());
      for (Path sweep : sweeps) {
        SweepConfig config = SweepYaml.read(sweep, List.of());
        assertEquals(sweep.getFileName().toString(), config.name() + ".yaml");
        String data = sweep.endsWith("own-images.yaml") ? " --data FOLDER" : "";
        assertEquals(
            "# java -jar target/normsweep.jar run " + sweep + data,
            Files.readAllLines(sweep).get(0));
      }
    }
  }

  @Test
  void unreadableFilesAreNamed(@TempDir Path folder) throws IOException {
    Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, 0, 1});
    Path large = Files.write(folder.resolve("large.yaml"), new byte[2 << 20]);
    for (Path file : List.of(folder, folder.resolve("none.yaml"), binary, large)) {
      NormSweepException e =
          assertThrows(NormSweepException.class, () -> SweepYaml.read(file, List.of()));
      assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
      assertEquals(ExitCode.USAGE, e.exitCode());
    }
  }
}
