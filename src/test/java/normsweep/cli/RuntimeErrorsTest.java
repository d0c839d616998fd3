package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.OptionSpec;

class RuntimeErrorsTest {
  @Command(name = "fail")
  private static final class Failing implements Callable<Integer> {
    private final Throwable with;

    Failing(Throwable with) {
      this.with = with;
    }

    @Override
    public Integer call() {
      NormSweepException.rethrowError(with);
      throw (RuntimeException) with;
    }
  }

  @Test
  void saysMachineErrorsWithRemedy() {
    assertSaid(new OutOfMemoryError("Java heap space"), "(Java heap space); give Java more");
    assertSaid(
        new OutOfMemoryError("unable to create native thread: possibly out of memory"),
        "ulimit -u");
    assertSaid(
        new ExceptionInInitializerError(new UnsatisfiedLinkError("no jnind4jcpu in path")),
        "(no jnind4jcpu in path); it needs 1 GB and permission to write and execute");
    assertSaid(
        new UnsatisfiedLinkError("libgomp.so.1: cannot open shared object file: No such file"),
        "install the package");
    assertSaid(
        new CompletionException(
            new NoClassDefFoundError("a/B").initCause(new ClassNotFoundException("a.B"))),
        "no class a.B");
    assertSaid(
        new CompletionException(new AccessDeniedException("/x/y")), "no permission to read /x/y");
    assertSaid(new StackOverflowError(), "StackOverflowError");
  }

  @Test
  void prefersTheProgramsSentence() {
    OutOfMemoryError cause = new OutOfMemoryError();
    assertSaid(NormSweepException.failed("Said by the program.", cause), "Said by the program.");
  }

  @Test
  void exitsWithCodeOfTheError() {
    assertEquals("Wrong key.\n", run(ExitCode.USAGE, NormSweepException.usage("Wrong key.")));
    assertEquals(
        "No images.\n", run(ExitCode.UNAVAILABLE, NormSweepException.unavailable("No images.")));
  }

  @Test
  void verboseShowsTheStackTrace() {
    RuntimeException thrown = NormSweepException.failed("Disk full.", new OutOfMemoryError("x"));
    String said = run(ExitCode.FAILED, thrown, "--verbose");
    assertTrue(said.startsWith("Disk full.\nnormsweep.base.NormSweepException: Disk full."), said);
    assertTrue(said.contains("\tat " + RuntimeErrorsTest.class.getName()), said);
    assertTrue(said.contains("Caused by: java.lang.OutOfMemoryError: x"), said);
  }

  private static void assertSaid(Throwable thrown, String words) {
    String said = run(ExitCode.FAILED, thrown);
    assertTrue(said.contains(words), said);
    assertFalse(said.contains("\tat "), said);
    assertEquals(1, said.strip().lines().count(), said);
  }

  private static String run(ExitCode code, Throwable thrown, String... arguments) {
    StringWriter err = new StringWriter();
    CommandLine command = new CommandLine(new Failing(thrown));
    command.getCommandSpec().addOption(OptionSpec.builder("--verbose").type(boolean.class).build());
    int exit =
        command
            .setErr(new PrintWriter(err, true))
            .setExecutionStrategy(
                parsed -> {
                  try {
                    return new CommandLine.RunLast().execute(parsed);
                  } catch (Error e) {
                    throw new ExecutionException(parsed.commandSpec().commandLine(), "", e);
                  }
                })
            .setExecutionExceptionHandler(new RuntimeErrors())
            .execute(arguments);
    assertEquals(code.status(), exit);
    return err.toString();
  }
}
