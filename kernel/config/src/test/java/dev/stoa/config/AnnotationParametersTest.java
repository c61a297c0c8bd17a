package dev.stoa.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.stoa.run.Parameter;
import dev.stoa.run.ParameterInfo;
import dev.stoa.run.ParameterValue;
import dev.stoa.run.Parameters;
import dev.stoa.run.UserException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnnotationParametersTest {
  private static final String OWNER = "algorithm ppo";

  enum Schedule {
    LINEAR,
    COSINE_DECAY,
    OFF
  }

  @interface Settings {
    @Parameter(help = "Step size of the optimiser.", min = 0, max = 1, changeable = true)
    double learningRate() default 3e-4;

    @Parameter(help = "Trace decay.", min = 0.1, max = 1)
    float gaeLambda() default 0.95f;

    @Parameter(help = "Transitions per update.", min = 1)
    int rolloutSteps() default 128;

    @Parameter(help = "Size of the buffer.")
    long capacity() default 10_000_000_000L;

    @Parameter(help = "Whether advantages are normalised.")
    boolean normalise() default true;

    @Parameter(help = "Units of each hidden layer.", min = 1)
    int[] hidden() default {64, 64};

    @Parameter(help = "Course of the step size.")
    Schedule schedule() default Schedule.LINEAR;

    @Parameter(help = "Free text.")
    String note() default "none";
  }

  @interface Needy {
    @Parameter(help = "Path of the data set.")
    String data();
  }

  @interface Undescribed {
    int count() default 1;
  }

  @interface Odd {
    @Parameter(help = "A class is not a value.")
    Class<?> kind() default Object.class;
  }

  private final Map<String, ParameterValue> installed = new HashMap<>();
  private final Parameters parameters = new AnnotationParameters(owner -> installed);

  private Settings bind(Map<String, ?> values) {
    Map<String, ParameterValue> given = new HashMap<>();
    values.forEach((key, value) -> given.put(key, new ParameterValue(value, "--set")));
    return parameters.bind(Settings.class, OWNER, given);
  }

  private String mistake(Map<String, ?> values) {
    return assertThrows(UserException.class, () -> bind(values)).line();
  }

  @Test
  void withoutValuesAnInstanceHoldsItsDefaults() {
    Settings settings = bind(Map.of());
    assertEquals(3e-4, settings.learningRate());
    assertEquals(0.95f, settings.gaeLambda());
    assertEquals(128, settings.rolloutSteps());
    assertEquals(10_000_000_000L, settings.capacity());
    assertTrue(settings.normalise());
    assertArrayEquals(new int[] {64, 64}, settings.hidden());
    assertEquals(Schedule.LINEAR, settings.schedule());
    assertEquals("none", settings.note());
  }

  @ParameterizedTest
  @ValueSource(strings = {"learningRate", "learning_rate", "learning-rate"})
  void aKeyIsAcceptedInCamelSnakeAndKebabCase(String key) {
    assertEquals(0.5, bind(Map.of(key, "0.5")).learningRate());
  }

  @ParameterizedTest
  @CsvSource({"3e-4,0.0003", "1,1.0", ".5,0.5", "2.5E-1,0.25", "0.000_1,0.0001"})
  void numbersAreReadAsPeopleWriteThem(String written, double expected) {
    assertEquals(expected, bind(Map.of("learningRate", written)).learningRate());
  }

  @ParameterizedTest
  @CsvSource({"200_000,200000", "3.0,3", "1e3,1000", " 7 ,7"})
  void aWholeNumberMayBeWrittenInAnyFormThatIsWhole(String written, int expected) {
    assertEquals(expected, bind(Map.of("rolloutSteps", written)).rolloutSteps());
    assertEquals(3, bind(Map.of("rolloutSteps", 3.0)).rolloutSteps());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"3.5", "x", "", "3_", "_3", "1__0", "3000000000", "NaN", "0x10", "1f", "1e99"})
  void whatIsNoWholeNumberOfTheTypeIsRefused(String written) {
    String line = mistake(Map.of("rolloutSteps", written));
    assertTrue(
        line.startsWith(
            "rolloutSteps of algorithm ppo must be a whole number, not '" + written + "' (--set)"),
        line);
  }

  @Test
  void notANumberAndOverflowAreRefused() {
    assertTrue(mistake(Map.of("learningRate", "NaN")).contains("must be a number, not 'NaN'"));
    assertTrue(mistake(Map.of("learningRate", Double.NaN)).contains("must be a number, not NaN"));
    assertTrue(mistake(Map.of("learningRate", "1e999")).contains("must be a number"));
    assertTrue(mistake(Map.of("gaeLambda", "1e39")).contains("must be a number"));
    assertTrue(mistake(Map.of("learningRate", true)).contains("must be a number, not true"));
  }

  @Test
  void aValueOutOfRangeNamesTheRange() {
    assertEquals(
        "learningRate of algorithm ppo is 5.0, which must be from 0.0 to 1.0 (--set). The default is"
            + " 3.0E-4",
        mistake(Map.of("learningRate", "5")));
    assertTrue(mistake(Map.of("rolloutSteps", 0)).contains("is 0, which must be at least 1"));
    assertTrue(mistake(Map.of("hidden", "64,0")).contains("hidden of algorithm ppo, entry 2 is 0"));
  }

  @Test
  void aFloatOnTheEdgeOfItsRangeIsInside() {
    assertEquals(0.1f, bind(Map.of("gaeLambda", "0.1")).gaeLambda());
  }

  @Test
  void anUnknownKeyNamesTheNearestThreeAndThePlace() {
    // Edit distances from learningrat: learningRate 1 (case ignored), then hidden and capacity ...
    String line = mistake(Map.of("learningRat", 1));
    assertTrue(
        line.startsWith(
            "algorithm ppo has no parameter learningRat (--set). Nearest: learningRate, "),
        line);
    assertEquals(3, line.substring(line.indexOf("Nearest: ")).split(",").length);
  }

  @Test
  void oneKeyInTwoSpellingsIsRefused() {
    String line = mistake(Map.of("learningRate", 0.1, "learning_rate", 0.2));
    assertTrue(line.contains("is given twice: as learningRate and as learning_rate"), line);
  }

  @Test
  void aListIsReadFromTextListArrayAndSingleValue() {
    for (Object written :
        List.of("32,16", "[32, 16]", List.of(32, 16), List.of("32", 16.0), new int[] {32, 16})) {
      assertArrayEquals(new int[] {32, 16}, bind(Map.of("hidden", written)).hidden());
    }
    assertArrayEquals(new int[] {8}, bind(Map.of("hidden", 8)).hidden());
    assertArrayEquals(new int[] {}, bind(Map.of("hidden", "")).hidden());
    assertTrue(mistake(Map.of("hidden", "64,,64")).contains("entry 2 must be a whole number"));
  }

  @Test
  void aListForASingleValueIsRefused() {
    assertTrue(
        mistake(Map.of("rolloutSteps", List.of(1, 2)))
            .contains("must be a whole number, not a list"));
  }

  @Test
  void truthValuesAndChoicesAreReadInAnyCase() {
    assertEquals(false, bind(Map.of("normalise", "No")).normalise());
    assertEquals(false, bind(Map.of("normalise", false)).normalise());
    assertTrue(mistake(Map.of("normalise", 0)).contains("must be true or false, not 0"));
    assertEquals(Schedule.COSINE_DECAY, bind(Map.of("schedule", "cosine-decay")).schedule());
    assertEquals(Schedule.COSINE_DECAY, bind(Map.of("schedule", "COSINE_DECAY")).schedule());
    assertTrue(
        mistake(Map.of("schedule", "steep")).contains("must be one of linear, cosine-decay, off"));
  }

  @Test
  void aChoiceThatYamlReadsAsATruthValueIsUnderstood() {
    assertEquals(Schedule.OFF, bind(Map.of("schedule", false)).schedule());
  }

  @Test
  void textMustBeText() {
    assertEquals("64", bind(Map.of("note", "64")).note());
    assertTrue(mistake(Map.of("note", 64)).contains("note of algorithm ppo must be text, not 64"));
  }

  @Test
  void installedDefaultsLieBetweenThoseOfTheTypeAndTheGivenValues() {
    installed.put("learning_rate", new ParameterValue("0.25", "configuration"));
    installed.put("rolloutSteps", new ParameterValue(64, "configuration"));
    Settings settings = bind(Map.of("learningRate", 0.5));
    assertEquals(0.5, settings.learningRate());
    assertEquals(64, settings.rolloutSteps());
  }

  @Test
  void aMistakeInInstalledDefaultsNamesTheConfiguration() {
    installed.put(
        "rate", new ParameterValue("0.25", "configuration dev.stoa.defaults.algorithm.ppo"));
    assertTrue(mistake(Map.of()).contains("configuration dev.stoa.defaults.algorithm.ppo"));
  }

  @Test
  void aParameterWithoutDefaultMustBeGiven() {
    assertEquals(
        "environment e needs the parameter data. Give it with --set data=VALUE",
        assertThrows(
                UserException.class, () -> parameters.bind(Needy.class, "environment e", Map.of()))
            .line());
  }

  @Test
  void descriptionsSayTypeDefaultRangeChoicesAndMeaning() {
    List<ParameterInfo> infos = parameters.describe(Settings.class);
    assertEquals(
        List.of(
            "capacity",
            "gaeLambda",
            "hidden",
            "learningRate",
            "normalise",
            "note",
            "rolloutSteps",
            "schedule"),
        infos.stream().map(ParameterInfo::name).toList());
    double none = Double.POSITIVE_INFINITY;
    assertEquals(
        new ParameterInfo(
            "hidden", "int[]", "64,64", 1, none, List.of(), "Units of each hidden layer.", false),
        infos.get(2));
    assertEquals(
        new ParameterInfo(
            "learningRate",
            "double",
            "3.0E-4",
            0,
            1,
            List.of(),
            "Step size of the optimiser.",
            true),
        infos.get(3));
    assertEquals("0.95", infos.get(1).defaultValue());
    assertEquals(List.of("linear", "cosine-decay", "off"), infos.get(7).choices());
    assertEquals("choice", infos.get(7).type());
    assertEquals("linear", infos.get(7).defaultValue());
  }

  @Test
  void elementsThatAreNotDescribedOrOfOtherTypesAreThePluginAuthorsMistake() {
    assertThrows(IllegalArgumentException.class, () -> parameters.describe(Undescribed.class));
    assertThrows(IllegalArgumentException.class, () -> parameters.describe(Odd.class));
  }

  @Test
  void theValuesOfAnInstanceBindToAnEqualInstance() {
    Settings settings =
        bind(Map.of("hidden", "8", "gaeLambda", "0.3", "schedule", "off", "learningRate", "1e-7"));
    Map<String, Object> values = parameters.values(settings);
    assertEquals(List.of(8), values.get("hidden"));
    assertEquals(0.3, values.get("gaeLambda"));
    assertEquals("off", values.get("schedule"));
    assertEquals(values, parameters.values(bind(values)));
  }

  @Test
  void aPidNamesKindAndPart() {
    assertEquals("dev.stoa.defaults.algorithm.ppo", ConfiguredDefaults.pid("algorithm ppo"));
    assertEquals(
        "dev.stoa.defaults.environment.CartPole_v1",
        ConfiguredDefaults.pid("environment CartPole-v1"));
  }
}
