// What a shell script says without being run.
#include "launch/shell_script.h"

#include <catch2/catch.hpp>

#include "support/input_error_of.h"

namespace calculon::test {
namespace {

using Words = ShellScript::Words;

std::vector<Words> commands_of(const std::string& text) {
  return read_shell_script("train.sh", text).commands;
}

Words words_of(const std::string& text) {
  const std::vector<Words> commands = commands_of(text);
  REQUIRE(commands.size() == 1);
  return commands[0];
}

}  // namespace

TEST_CASE("words of a shell end at blanks that are not quoted", "[launch]") {
  CHECK(words_of("a  b\tc") == Words{"a", "b", "c"});
  CHECK(words_of("a \\\n  b # c") == Words{"a", "b"});
  CHECK(words_of(R"(a 'b  c' "d e" f\ g)") == Words{"a", "b  c", "d e", "f g"});
  CHECK(words_of(R"(a"b"'c' "" '')") == Words{"abc", "", ""});
  CHECK(words_of(R"("a\"b\\c\d" '\')") == Words{"a\"b\\c\\d", "\\"});
  CHECK(words_of("\"a\\\nb\"") == Words{"ab"});
  CHECK(words_of("a#b") == Words{"a#b"});
  CHECK(words_of("a ([0]*3+[1]*2) b") == Words{"a", "([0]*3+[1]*2)", "b"});
  CHECK(words_of("(a b)") == Words{"a", "b"});
  CHECK(commands_of("a; b && c | d\ne").size() == 5);
  CHECK(commands_of("").empty());
}

TEST_CASE("redirections and documents are no words", "[launch]") {
  CHECK(words_of("a 2>&1 >log b < in") == Words{"a", "b"});
  CHECK(words_of("a 12 > log") == Words{"a", "12"});
  CHECK(commands_of("cat > x <<EOF\nit's --num-layers 3\nEOF\na b") ==
        std::vector<Words>{{"cat"}, {"a", "b"}});
}

TEST_CASE("variables stand for what they were set to", "[launch]") {
  CHECK(commands_of("X=8\nexport Y=$X-${X}\na $X $Y ${X}b").back() == Words{"a", "8", "8-8", "8b"});
  CHECK(commands_of("X='a  b'\nc $X \"$X\"").back() == Words{"c", "a", "b", "a  b"});
  CHECK(commands_of("X=' a b '\nc d$X'e'").back() == Words{"c", "d", "a", "b", "e"});
  CHECK(commands_of("X=1\nX+=2\na $X").back() == Words{"a", "12"});
  CHECK(words_of("a ${X:-4} ${Y-$X} '$X'") == Words{"a", "4", "$X", "$X"});
  CHECK(words_of("a $X ${X} $1 $(hostname -s) ${#X}") ==
        Words{"a", "$X", "${X}", "$1", "$(hostname -s)", "${#X}"});
  CHECK(commands_of("if [ $A ]; then X=3; else X=4; fi\na $X").back() == Words{"a", "4"});
}

TEST_CASE("arrays are words of their own", "[launch]") {
  const std::string args = "A=(\n  --x 1  # one\n  --y 'b c'\n)\n";
  const Words words = {"a", "--x", "1", "--y", "b c"};
  CHECK(commands_of(args + "a \"${A[@]}\"").back() == words);
  CHECK(commands_of(args + "a ${A[@]}").back() == Words{"a", "--x", "1", "--y", "b", "c"});
  CHECK(commands_of(args + "A+=(--z)\na ${A[*]}").back().back() == "--z");
  CHECK(commands_of(args + "a $A").back() == Words{"a", "--x"});
  CHECK(commands_of("A=()\na \"${A[@]}\" b").back() == Words{"a", "b"});
}

TEST_CASE("sums of a shell are worked out", "[launch]") {
  const ShellScript::Variables variables = {{"N", {"4"}}, {"LIST", {"1", "2"}}};
  CHECK(shell_arithmetic("8 * N", variables) == 32);
  CHECK(shell_arithmetic("($N + 2) / 3 - ${N} % 3", variables) == 1);
  for (const char* text : {"", "8 *", "1 / 0", "M", "LIST", "9223372036854775807 + 1", "(1"}) {
    INFO(text);
    CHECK_FALSE(shell_arithmetic(text, variables));
  }
  CHECK_FALSE(shell_arithmetic(std::string(1000, '('), variables));
  CHECK(commands_of("N=4\na $((N * 8)) $((M))").back() == Words{"a", "32", "$((M))"});
}

TEST_CASE("a script that cannot be read is told with its line", "[launch]") {
  const auto message = [](const std::string& text) {
    return input_error_of([&] { commands_of(text); });
  };
  CHECK(message("a\nb 'c") == "train.sh: line 2: a quote has no end");
  CHECK(message("a \"b\nc") == "train.sh: line 1: a quote has no end");
  CHECK(message("\nA=(b") == "train.sh: line 2: an array has no end");
  std::string doubling = "A=0123456789\n";
  for (int i = 0; i < 40; ++i) {
    doubling += "A=$A$A\n";
  }
  CHECK(message(doubling) == "train.sh: words grow beyond 16777216 bytes");
  std::string empty_words = "A=(\"\" \"\")\n";  // an empty word takes room, too
  for (int i = 0; i < 40; ++i) {
    empty_words += "A=(\"${A[@]}\" \"${A[@]}\")\n";
  }
  CHECK(message(empty_words) == "train.sh: words grow beyond 16777216 bytes");
  std::string defaults = "A=0123456789abcdef\n";
  for (int i = 0; i < 16; ++i) {
    defaults += "A=$A$A\n";
  }
  defaults += "b ${U:-";
  for (int i = 0; i < 1000; ++i) {
    defaults += "$A";
  }
  CHECK(message(defaults + "}\n") == "train.sh: words grow beyond 16777216 bytes");
  std::string deep = "a ";
  for (int i = 0; i < 1000; ++i) {
    deep += "${A:-";
  }
  CHECK(message(deep) == "(no error)");
}

}  // namespace calculon::test
