package normsweep;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import normsweep.tail.TailFactory;
import org.junit.jupiter.api.Test;

/** Holds the structure that README and CONTRIBUTING promise. */
class ArchitectureTest {
  private static final Path README = Path.of("README.md");
  private static final Path CONTRIBUTING = Path.of(".github", "CONTRIBUTING.md");
  private static final Pattern ARROWS = Pattern.compile("cli → [a-z.]+(\\s+→ [a-z.]+)+");
  private static final int MOST_FILES = 25;

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("normsweep");

  private static List<String> arrows(Path page) throws IOException {
    Matcher line = ARROWS.matcher(Files.readString(page));
    assertTrue(line.find(), page + " has a line of packages");
    return List.of(line.group().split("\\s+→ ", -1));
  }

  // A layer holds its subpackages, but for those that are layers of their own.
  private static String pattern(String layer, List<String> layers) {
    boolean split = layers.stream().anyMatch(other -> other.startsWith(layer + "."));
    return "normsweep." + layer + (split ? "" : "..");
  }

  @Test
  void pagesNameTheSamePackages() throws IOException {
    assertEquals(arrows(README), arrows(CONTRIBUTING));
  }

  @Test
  void packagesDependDownwardsOnly() throws IOException {
    List<String> layers = arrows(CONTRIBUTING);
    LayeredArchitecture downwards =
        layeredArchitecture().consideringOnlyDependenciesInAnyPackage("normsweep..");
    for (String layer : layers) {
      downwards = downwards.layer(layer).definedBy(pattern(layer, layers));
    }
    downwards = downwards.whereLayer(layers.get(0)).mayNotBeAccessedByAnyLayer();
    for (int i = 1; i < layers.size(); i++) {
      downwards =
          downwards
              .whereLayer(layers.get(i))
              .mayOnlyBeAccessedByLayers(layers.subList(0, i).toArray(String[]::new));
    }
    downwards.ensureAllClassesAreContainedInArchitecture().check(CLASSES);
  }

  @Test
  void packagesHaveNoCircles() {
    slices().matching("normsweep.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyCommandsPrint() {
    noClasses()
        .that()
        .resideOutsideOfPackage("normsweep.cli")
        // It keeps a library's chatter away from standard output.
        .and()
        .doNotHaveFullyQualifiedName(TailFactory.class.getPackageName() + ".ExactSameDiffLayer")
        .should(ACCESS_STANDARD_STREAMS)
        .check(CLASSES);
  }

  @Test
  void exceptionsSayWhatHappened() {
    NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(CLASSES);
  }

  @Test
  void packagesStaySmall() {
    topLevel().stream()
        .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()))
        .forEach(
            (name, files) ->
                assertTrue(files <= MOST_FILES, () -> name + " has " + files + " files"));
  }

  /** Nested classes too. */
  @Test
  void simpleNamesAreUnique() {
    Map<String, List<String>> byName =
        CLASSES.stream()
            .filter(type -> !type.isAnonymousClass() && !isDescription(type))
            .collect(
                Collectors.groupingBy(
                    JavaClass::getSimpleName,
                    TreeMap::new,
                    Collectors.mapping(JavaClass::getName, Collectors.toList())));
    byName.forEach((simpleName, names) -> assertEquals(1, names.size(), names::toString));
  }

  private static List<JavaClass> topLevel() {
    return CLASSES.stream().filter(type -> type.isTopLevelClass() && !isDescription(type)).toList();
  }

  private static boolean isDescription(JavaClass type) {
    return type.getSimpleName().equals("package-info");
  }
}
