// What the completions of the three shells offer, held against the parser. The one for bash is
// asked in a bash.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <regex>

#include "base/text.h"
#include "support/command_line.h"
#include "support/program.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::test {
namespace {

using Words = std::set<std::string>;

std::string script_for(const std::string& shell) {
  const ProgramResult result = run_program({"completion", shell});
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  return result.out;
}

// What a bash offers behind each of `lines`, of which the last word is being written.
class Bash {
 public:
  void ask(const std::vector<std::string>& words, const Words& expected) {
    std::string line = "ask";
    for (const std::string& word : words) {
      line += " " + shell_word(word);
    }
    questions_ += line + "\n";
    asked_.push_back({line, expected});
  }

  void check_all() {
    std::filesystem::create_directory(folder_.path() + "/runs");
    folder_.write("gpt.json", "{}");
    const std::string script =
        folder_.write("ask.sh", "source " + folder_.write(".completion", bash_) + "\n" +
                                    std::string(kAsk) + questions_);
    std::filesystem::rename(script, folder_.path() + "/.ask");
    const ProgramResult result = run_shell("bash .ask", folder_.path());
    CHECK(result.err.empty());
    const std::vector<std::string> answers = lines_of(result.out);
    REQUIRE(answers.size() == asked_.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const auto words = split_list(answers[i], ' ');
      INFO(asked_[i].first);
      CHECK((Words(words.begin(), words.end()) == asked_[i].second));
    }
  }

 private:
  static constexpr std::string_view kAsk = R"(
ask() {
  COMP_WORDS=(calculon "$@")
  COMP_CWORD=$#
  _calculon
  printf '%s\n' "${COMPREPLY[*]}"
}
)";

  TempFolder folder_;
  std::string bash_ = script_for("bash");
  std::string questions_;
  std::vector<std::pair<std::string, Words>> asked_;
};

// The part of a script that is about a command.
std::string part_of(const std::string& script, const std::string& begin, const std::string& end) {
  const auto from = script.find(begin);
  INFO(begin);
  REQUIRE(from != std::string::npos);
  return script.substr(from, script.find(end, from) - from);
}

Words matches_in(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  Words found;
  for (std::sregex_iterator match(text.begin(), text.end(), regex), last; match != last; ++match) {
    found.insert((*match)[1]);
  }
  return found;
}

}  // namespace

TEST_CASE("bash offers every command, option and value", "[cli]") {
  Bash bash;
  Words names;
  for (const ListedCommand& command : listed_commands()) {
    names.insert(command.name);
    if (!command.alias.empty()) {
      names.insert(command.alias);
      bash.ask({command.alias, "-"}, command.option_names());
    }
    bash.ask({command.name, "-"}, command.option_names());
    bash.ask({"-v", "INFO", command.name, "-"}, command.option_names());
    if (!command.verbs.empty()) {
      bash.ask({command.name, ""}, {command.verbs.begin(), command.verbs.end()});
    }
    for (const ListedOption& option : command.options) {
      for (const std::string& name : option.names) {
        if (!option.choices.empty()) {
          bash.ask({command.name, name, ""}, {option.choices.begin(), option.choices.end()});
        }
      }
    }
  }
  bash.ask({""}, names);
  bash.ask({"-"}, {"-h", "--help", "-l", "--log", "-v", "--verbosity", "--version"});
  bash.ask({"--verbosity", "E"}, {"ERROR"});
  bash.ask({"frobnicate", "-"}, {});
  bash.check_all();
}

TEST_CASE("bash offers what comes with the program, and files", "[cli]") {
  Bash bash;
  bash.ask({"llm", "llama-3.1-"}, {"llama-3.1-405b", "llama-3.1-70b", "llama-3.1-8b"});
  bash.ask({"llm", "m.json", "llama-3.1-70b_5"}, {"llama-3.1-70b_512_t4_p4"});
  bash.ask({"llm", "m.json", "e.json", "h100-80g-n"}, {"h100-80g-nemo"});
  bash.ask({"lpc", "a.json", "mixtral-8x7"}, {"mixtral-8x7b"});
  bash.ask({"hetero-plan", "--model", "megatron-1T"}, {"megatron-1T"});
  bash.ask({"study", "run", "sc23-fig"},
           {"sc23-fig2", "sc23-fig3", "sc23-fig4", "sc23-fig5", "sc23-fig7"});
  bash.ask({"study", "run", "g"}, {"gpt.json"});
  bash.check_all();
}

TEST_CASE("bash offers statistics, columns and values of settings", "[cli]") {
  Bash bash;
  bash.ask({"loe", "--rank-by", "sample_"}, {"sample_rate"});
  bash.ask({"loe", "--where", "sample_"}, {"sample_rate"});
  bash.ask({"loe", "--rank-by", "time.bub"}, {"time.bubble"});
  bash.ask({"loe", "--pareto", "mfu,sample_"}, {"mfu,sample_rate"});
  bash.ask({"lae", "--columns", "tensor_par,pipeline_par_"}, {"tensor_par,pipeline_par_net"});
  bash.ask({"loe", "--recompute", "sel"}, {"selective"});
  bash.ask({"loe", "--comm-type", "ar,rs"}, {"ar,rs_ag"});
  bash.ask({"loe", "--tp", ""}, {});  // numbers
  bash.ask({"fit", "--constants", "gemm_efficiency_f"},
           {"gemm_efficiency_float4", "gemm_efficiency_float8"});
  bash.check_all();
}

TEST_CASE("zsh and fish have the same lists of words as bash", "[cli]") {
  const std::string zsh = script_for("zsh");
  const std::string fish = script_for("fish");
  const std::string bash = script_for("bash");
  const std::string lists = part_of(bash, "_calculon_words() {", "  esac");
  std::size_t count = 0;
  const std::regex kRow("    ([a-z]+)\\) echo '([^']*)' ;;");
  for (std::sregex_iterator row(lists.begin(), lists.end(), kRow), last; row != last; ++row) {
    const std::string name = (*row)[1];
    const std::string words = (*row)[2];
    INFO(name);
    CHECK(!words.empty());
    CHECK_THAT(zsh, Catch::Contains("local -a _calculon_" + name + "=(" + words + ")\n"));
    CHECK_THAT(zsh, Catch::Contains("_calculon_" + name + "; _files}'") ||
                        Catch::Contains("$_calculon_" + name + "}'"));
    CHECK_THAT(fish, Catch::Contains("set -g __calculon_" + name + " " + words + "\n"));
    CHECK_THAT(fish, Catch::Contains("$__calculon_" + name));
    ++count;
  }
  CHECK(count == 7);
}

TEST_CASE("bash offers files and folders where they belong", "[cli]") {
  Bash bash;
  bash.ask({"llm", "gpt."}, {"gpt.json"});  // beside the bundled models
  bash.ask({"llm", "--peers", "g"}, {"gpt.json"});
  bash.ask({"llm", "--peers", "x.json", "gpt."}, {"gpt.json"});
  bash.ask({"loe", "m.json", ""}, {});                         // a number
  bash.ask({"hetero-plan", "--hostfile", "g"}, {"gpt.json"});  // nothing else stands there
  bash.ask({"loe", "m.json", "8", "8", "float3"}, {"float32"});
  bash.ask({"hetero-plan", "--profile-dir", ""}, {"runs"});
  bash.ask({"hetero-plan", "--profile-dir", "=", ""}, {"runs"});
  bash.ask({"report", "a.json", "g"}, {"gpt.json"});
  bash.check_all();
}

TEST_CASE("zsh is told every command, option and value", "[cli]") {
  const std::string script = script_for("zsh");
  const Words told = matches_in(part_of(script, "  commands=(\n", "  )\n"), "    '([a-z-]+):");
  Words names;
  for (const ListedCommand& command : listed_commands()) {
    names.insert(command.name);
    std::string pattern = command.name;
    if (!command.alias.empty()) {
      names.insert(command.alias);
      pattern += "|" + command.alias;
    }
    const std::string part = part_of(script, "        " + pattern + ")\n", ";;");
    INFO(command.name);
    // An option with one name stands before its text, others in braces.
    CHECK((matches_in(part, "[\\s{,](-[A-Za-z0-9_-]+)(?=['},])") == command.option_names()));
    for (const ListedOption& option : command.options) {
      if (!option.choices.empty()) {
        const std::string choices = fmt::format("{}", fmt::join(option.choices, " "));
        CHECK_THAT(part, Catch::Contains(option.is_list() ? "{_values -s , LIST " + choices + "}"
                                                          : ":(" + choices + ")'"));
      }
    }
    if (!command.verbs.empty()) {
      CHECK_THAT(part, Catch::Contains(fmt::format(":({})'", fmt::join(command.verbs, " "))));
    }
  }
  CHECK((told == names));
}

TEST_CASE("fish is told every command, option and value", "[cli]") {
  const std::string script = script_for("fish");
  Words names;
  for (const ListedCommand& command : listed_commands()) {
    names.insert(command.name);
    if (!command.alias.empty()) {
      names.insert(command.alias);
    }
    std::string part;
    for (const std::string& line : lines_of(script)) {
      if (line.find(fmt::format("-n '__calculon_at \"{}\"", command.name)) != std::string::npos) {
        part += line.substr(0, line.find(" -d '")) + "\n";
      }
    }
    Words options;
    for (const std::string& name : matches_in(part, " -s ([A-Za-z0-9])(?=\\s)")) {
      options.insert("-" + name);
    }
    for (const std::string& name : matches_in(part, " -l ([A-Za-z0-9_-]+)")) {
      options.insert("--" + name);
    }
    INFO(command.name);
    CHECK((options == command.option_names()));
    for (const ListedOption& option : command.options) {
      if (!option.choices.empty()) {
        const std::string choices = fmt::format("{}", fmt::join(option.choices, " "));
        CHECK_THAT(part, Catch::Contains(option.is_list() ? "-a '(__calculon_several " + choices
                                                          : "-a '" + choices + "'"));
      }
    }
    if (!command.verbs.empty()) {
      CHECK_THAT(part, Catch::Contains(fmt::format("-a '{}'", fmt::join(command.verbs, " "))));
    }
  }
  CHECK((matches_in(script, "-n '__calculon_at \"\"' -a ([a-z-]+) ") == names));
}

TEST_CASE("a completion is one of three shells'", "[cli]") {
  const ProgramResult result = run_program({"completion", "tcsh"});
  CHECK(result.status == 2);
  CHECK_THAT(result.err, Catch::Contains("tcsh not in {bash,"));
}

}  // namespace calculon::test
