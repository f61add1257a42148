// Changes of calls. A file changes as what it is: a tree of JSON, a table, lines; now and then as
// bytes. Words become other words, names of other files, or go, come and multiply.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "calculon/base/files.h"
#include "fuzz/json_mutator.h"
#include "support/command_line.h"
#include "torture/damage.h"
#include "torture/scenario.h"

namespace calculon::torture {
namespace {

using test::Arguments;

// Words that are read as numbers, lists, conditions or names, and some that nothing should accept.
const std::vector<std::string>& odd_words() {
  static const std::vector<std::string> kWords = {"0",
                                                  "1",
                                                  "-1",
                                                  "2",
                                                  "3",
                                                  "7",
                                                  "64",
                                                  "4096",
                                                  "1000000000",
                                                  "1000000001",
                                                  "1e9",
                                                  "1e308",
                                                  "9223372036854775807",
                                                  "9223372036854775808",
                                                  "0.5",
                                                  "5e-324",
                                                  "1e-5",
                                                  "nan",
                                                  "inf",
                                                  "0x10",
                                                  "",
                                                  "-",
                                                  "--",
                                                  ".",
                                                  "x",
                                                  "none",
                                                  "true",
                                                  "both",
                                                  "auto",
                                                  "log",
                                                  "slurm",
                                                  "0/1",
                                                  "1/3",
                                                  "0/0",
                                                  "0/99999999",
                                                  "1..8",
                                                  "1..1000000000",
                                                  "8..1",
                                                  "1,2,4",
                                                  ",",
                                                  "=",
                                                  "a=b",
                                                  "sample_rate>1",
                                                  "sample_rate>1e9",
                                                  "total_time<0",
                                                  "sample_rate",
                                                  "all",
                                                  "tensor_par,sample_rate",
                                                  "float8",
                                                  "float32",
                                                  "silu",
                                                  "multiquery",
                                                  "raise",
                                                  "ring",
                                                  "p_data=1,2,4",
                                                  "d_model=1..9",
                                                  "model.hidden=0",
                                                  "model.hidden=\xff",
                                                  "model=[[[[]]]]",
                                                  "model=megatron-22B",
                                                  "search=5",
                                                  "search.top=5",
                                                  "search.keep=all",
                                                  "search.only={}",
                                                  "system.mem1.GiB=1e300",
                                                  "size=2",
                                                  "size=2,4",
                                                  "memory=none",
                                                  "A100:1:1",
                                                  "A100=2",
                                                  "A100=a100.json",
                                                  "H100",
                                                  "megatron-22B",
                                                  "sc23-tab4",
                                                  "a\nb",
                                                  "\xff\xfe",
                                                  "\x1b[2J",
                                                  "/dev/null",
                                                  "/dev/full",
                                                  "out.csv.gz",
                                                  "out.html",
                                                  "nothing.json",
                                                  "folder/"};
  return kWords;
}

std::string odd_word(Dice& dice) {
  if (dice.one_in(30)) {
    return std::string(1 + dice.below(400), 'a');
  }
  if (dice.one_in(60)) {
    return "model=" + std::string(dice.below(60000), '[');
  }
  return dice.one_of(odd_words());
}

// An option of the command with a value that suits it or not.
Arguments random_option(const std::string& command, Dice& dice) {
  static const std::vector<test::ListedCommand> kCommands = test::listed_commands();
  for (const test::ListedCommand& listed : kCommands) {
    if ((listed.name == command || listed.alias == command) && !listed.options.empty()) {
      const test::ListedOption& option = dice.one_of(listed.options);
      Arguments words = {dice.one_of(option.names)};
      if (!option.choices.empty() && !dice.one_in(8)) {
        words.push_back(dice.one_of(option.choices));
      } else if (dice.one_in(2)) {
        words.push_back(odd_word(dice));
      }
      return words;
    }
  }
  return {dice.one_of({"--help", "-l", "-v", "--log"}), odd_word(dice)};
}

std::string name_of_file(const Scenario& scenario, Dice& dice) {
  std::vector<std::string> names = {"out.json"};
  for (const auto& [name, bytes] : scenario.files) {
    names.push_back(name);
    names.push_back(name.substr(0, name.find('/')));  // its folder
  }
  return dice.one_of(names);
}

// Names stay below the folder, whatever bytes make of them: nothing else is to be harmed.
std::string harmless(std::string word) {
  if (word != "/dev/null" && word != "/dev/full" &&
      (word.starts_with('/') || word.find("=/") != std::string::npos ||
       word.find("..") != std::string::npos)) {
    const bool range = std::all_of(word.begin(), word.end(), [](char c) {
      return c != '/';  // "1..8" leads nowhere
    });
    if (!range || word == "..") {
      std::replace(word.begin(), word.end(), '/', '_');
      word = word == ".." ? "." : word;
    }
  }
  std::erase(word, '\0');  // no shell can pass it
  return word;
}

void change_words(Scenario& scenario, Dice& dice) {
  Arguments& words = scenario.arguments;
  const std::size_t first = words.front() == "study" ? 2 : 1;  // behind the command's name
  const auto at = [&](std::size_t place) {
    return words.begin() + static_cast<std::ptrdiff_t>(place);
  };
  if (words.size() <= first || dice.one_in(3)) {
    const Arguments option = random_option(words.front(), dice);
    const std::size_t place = dice.one_in(2) ? words.size() : dice.below(words.size() + 1);
    words.insert(at(place), option.begin(), option.end());
    return;
  }
  const std::size_t place = first + dice.below(words.size() - first);
  switch (dice.below(8)) {
    case 0:
      words.erase(at(place));
      break;
    case 1:
      words.insert(at(place), std::string(words[place]));
      break;
    case 2:
      std::swap(words[place], words[first + dice.below(words.size() - first)]);
      break;
    case 3:
      words[place] = damaged_bytes(words[place], dice);
      break;
    case 4:
    case 5:
      words[place] = name_of_file(scenario, dice);
      break;
    default:
      words[place] = odd_word(dice);
  }
}

std::string changed_file(const std::string& name, const std::string& bytes, Dice& dice) {
  if (dice.one_in(8)) {
    return dice.one_in(6) ? "" : damaged_bytes(bytes, dice);
  }
  if (has_extension(name, ".jsonl")) {
    return damaged_records(bytes, dice);
  }
  if (has_extension(name, ".csv")) {
    return damaged_table(bytes, dice);
  }
  if (has_extension(name, ".json")) {
    const auto changed = fuzz::JsonMutator(dice.below(SIZE_MAX)).mutate(bytes);
    return changed ? *changed : damaged_bytes(bytes, dice);
  }
  return damaged_lines(bytes, dice);
}

// Under a new name, so that the words that name it have to follow.
void pack_file(Scenario& scenario, const std::string& name, Dice& dice) {
  std::string packed = gzip_member(scenario.files[name]);
  if (dice.one_in(2)) {
    packed = damaged_bytes(packed, dice);
  }
  scenario.files.erase(name);
  const std::string new_name = name + ".gz";
  scenario.files[new_name] = packed;
  std::replace(scenario.arguments.begin(), scenario.arguments.end(), name, new_name);
}

void change_files(Scenario& scenario, Dice& dice) {
  auto file = std::next(scenario.files.begin(),
                        static_cast<std::ptrdiff_t>(dice.below(scenario.files.size())));
  const std::string name = file->first;
  if (dice.one_in(25)) {
    scenario.files.erase(file);
    if (dice.one_in(2)) {
      scenario.files[name + "/"] = "";
    }
    return;
  }
  file->second = changed_file(name, file->second, dice);
  if (dice.one_in(12) && !name.ends_with('/')) {
    pack_file(scenario, name, dice);
  }
}

}  // namespace

void change(Scenario& scenario, Dice& dice) {
  for (std::size_t i = 1 + dice.below(3); i > 0; --i) {
    if (scenario.files.empty() || dice.one_in(3)) {
      change_words(scenario, dice);
    } else {
      change_files(scenario, dice);
    }
  }
  for (std::string& word : scenario.arguments) {
    word = harmless(word);
  }
}

}  // namespace calculon::torture
