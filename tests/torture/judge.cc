#include "torture/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <set>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "fuzz/calibrated_faults.h"
#include "support/source_tree.h"
#include "support/temp_folder.h"

namespace calculon::torture {
namespace {

namespace fs = std::filesystem;
using test::Arguments;
using Faults = std::vector<std::string>;

constexpr int kRefused = 2;

// Whether `text` has one of these words with no letter beside it.
bool has_word(std::string_view text, std::initializer_list<std::string_view> words) {
  const auto is_letter = [&](std::size_t at) {
    return at < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_');
  };
  for (const std::string_view word : words) {
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
      if ((at == 0 || !is_letter(at - 1)) && !is_letter(at + word.size())) {
        return true;
      }
    }
  }
  return false;
}

bool has_no_number(std::string_view text) {
  return has_word(text, {"nan", "inf"});
}

// The rows of a table, of cells that may be quoted.
std::vector<std::vector<std::string>> rows_of(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      row.emplace_back();
    } else if (c == '\n' && !quoted) {
      rows.push_back(std::exchange(row, std::vector<std::string>(1)));
    } else {
      row.back() += c;
    }
  }
  return rows;
}

void check_table(const std::string& text, Faults& faults) {
  const auto rows = rows_of(text);
  if (text.empty() || text.back() != '\n' || rows.empty()) {
    faults.emplace_back("a table that does not end in a whole row");
    return;
  }
  const auto& header = rows.front();
  const auto efficiency = static_cast<std::size_t>(
      std::find(header.begin(), header.end(), "total_efficiency") - header.begin());
  for (const auto& row : rows) {
    if (row.size() != header.size()) {
      faults.push_back(fmt::format("a row of {} cells below {}", row.size(), header.size()));
      return;
    }
    for (const std::string& cell : row) {
      if (has_no_number(cell) && cell.size() <= 4) {
        faults.push_back(fmt::format("a cell '{}' in a table", cell));
        return;
      }
    }
    if (&row != &header && efficiency < row.size() &&
        std::atof(row[efficiency].c_str()) > 1 + 1e-9) {
      faults.push_back(fmt::format("an efficiency of {}", row[efficiency]));
      return;
    }
  }
}

void check_efficiency(const Json& json, Faults& faults) {
  if (!json.is_structured()) {
    return;
  }
  for (const auto& item : json.items()) {
    if (json.is_object() && item.key() == "total_efficiency" && item.value().is_number() &&
        item.value().get<double>() > 1 + 1e-9) {
      faults.push_back(fmt::format("an efficiency of {}", item.value().get<double>()));
    }
    check_efficiency(item.value(), faults);
  }
}

void check_json(const std::string& text, Faults& faults) {
  try {
    const Json json = Json::parse(text);
    check_efficiency(json, faults);
    for (const auto& more : {fuzz::faults_of_statistics(json), fuzz::faults_of_timeline(json)}) {
      faults.insert(faults.end(), more.begin(), more.end());
    }
  } catch (const Json::exception& error) {
    faults.push_back(fmt::format("JSON that is none: {}", error.what()));
  }
}

void check_page(const std::string& text, Faults& faults) {
  constexpr std::string_view kBegin = "<script type=\"application/json\" id=\"page-data\">";
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = text.find("</script>", begin);
  if (!text.ends_with("</html>\n") || begin == std::string::npos || end == std::string::npos) {
    faults.emplace_back("a page that is not whole");
    return;
  }
  Faults of_data;
  check_json(text.substr(begin + kBegin.size(), end - begin - kBegin.size()), of_data);
  for (const std::string& fault : of_data) {
    faults.push_back("a page with " + fault);
  }
}

// By what the text begins with, as standard output has no name.
void check_text(const std::string& text, Faults& faults) {
  if (text.starts_with("<!")) {
    check_page(text, faults);
  } else if (text.starts_with('{') || text.starts_with('[')) {
    check_json(text, faults);
  } else if (has_no_number(text)) {
    faults.emplace_back("nan or inf in what is printed");
  }
}

// The share behind "Model-flops util.", in percent, which may be above 100 only beside a note.
void check_utilization(const Ended& ended, Faults& faults) {
  constexpr std::string_view kLabel = "Model-flops util.";
  constexpr std::string_view kNote = "impossible: needs ";
  const std::size_t at = ended.out.find(kLabel);
  if (at != std::string::npos && std::atof(ended.out.c_str() + at + kLabel.size()) > 100.005 &&
      (ended.out + ended.err).find(kNote) == std::string::npos) {
    faults.emplace_back("a utilization above 100 % is printed without a note");
  }
}

void check_messages(const Ended& ended, Faults& faults) {
  constexpr std::size_t kLongest = 600;
  std::size_t complaints = 0;
  for (const std::string& line : test::lines_of(ended.err)) {
    complaints += line.starts_with("calculon:") ? 1 : 0;
    if (line == "calculon:" || line == "calculon: ") {
      faults.emplace_back("an empty complaint");
    }
    if (line.find("a mistake of the program itself") != std::string::npos) {
      faults.push_back("an exception became a line: " + line);
    }
    if (line.size() > kLongest) {
      faults.push_back(fmt::format("a complaint of {} characters", line.size()));
    }
    if (std::any_of(line.begin(), line.end(),
                    [](unsigned char c) { return std::iscntrl(c) != 0; })) {
      faults.emplace_back("control characters in a complaint");
    }
  }
  if (ended.status == kRefused && complaints != 1) {
    faults.push_back(fmt::format("refused with {} complaints", complaints));
  }
}

// Whether an input, as far as the words tell: several of them name it or its folder.
bool is_input(const std::string& name, const Arguments& arguments) {
  const auto names_it = [&](const std::string& word) {
    const std::string value = word.substr(word.find('=') + 1);
    return word == name || value == name || (name.starts_with(value + "/") && !value.empty());
  };
  return std::count_if(arguments.begin(), arguments.end(), names_it) > 1;
}

bool has_argument(const Arguments& arguments, std::string_view word) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [&](const std::string& each) { return each.starts_with(word); });
}

// Where a refused call may have written: a folder of results, and messages.
std::set<std::string> written_anyway(const Arguments& arguments) {
  std::set<std::string> names;
  const bool results = arguments.size() > 1 && arguments[0] == "study" && arguments[1] == "run";
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "-l" || word == "--log" || (results && (word == "-o" || word == "--output"))) {
      names.insert(arguments[i + 1]);
    }
  }
  return names;
}

// Whether a table holds such a word, which is then told of its row.
bool tables_say_so(const Scenario& scenario, const std::string& folder) {
  return std::any_of(scenario.files.begin(), scenario.files.end(), [&](const auto& file) {
    try {
      return has_extension(file.first, ".csv") &&
             has_no_number(read_text_file(folder + "/" + file.first));
    } catch (const InputError&) {
      return false;
    }
  });
}

void check_files(const Scenario& scenario, const Ended& ended, const std::string& folder,
                 Faults& faults) {
  // Hostfiles and plans of a chosen format may have any name, and texts of tables come out again.
  const bool can_be_read = scenario.kind != "hetero-hostfile" &&
                           !has_argument(scenario.arguments, "--format") &&
                           !tables_say_so(scenario, folder);
  const std::set<std::string> anyway = written_anyway(scenario.arguments);
  const Files now = read_files(folder);
  for (const auto& [name, bytes] : scenario.files) {
    const auto found = now.find(name);
    const bool changed = !name.ends_with('/') && (found == now.end() || found->second != bytes);
    const std::string top = name.substr(0, name.find('/'));
    if (changed && ended.status == kRefused && !anyway.contains(name) && !anyway.contains(top)) {
      faults.push_back("refused, but changed " + name);
    } else if (changed && is_input(name, scenario.arguments) && !anyway.contains(top)) {
      faults.push_back("wrote over its input " + name);
    }
  }
  for (const auto& [name, bytes] : now) {
    const auto before = scenario.files.find(name);
    if (before != scenario.files.end() && before->second == bytes) {
      continue;
    }
    const std::string top = name.substr(0, name.find('/'));
    if (ended.status == kRefused && !anyway.contains(name) && !anyway.contains(top)) {
      faults.push_back("refused, but wrote " + name);
    }
    if (!anyway.contains(name) && can_be_read) {
      for (const std::string& fault : faults_of_output(name, folder + "/" + name)) {
        faults.push_back(fmt::format("{}: {}", name, fault));
      }
    }
  }
}

}  // namespace

std::vector<std::string> temporary_files(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().filename().string().find(".tmp") != std::string::npos) {
      names.push_back(entry.path().lexically_relative(folder).string());
    }
  }
  return names;
}

std::vector<std::string> faults_of_output(const std::string& name, const std::string& path) {
  std::string kind = name;
  if (kind.ends_with(".partial")) {
    kind.resize(kind.size() - std::string_view(".partial").size());
  }
  Faults faults;
  std::string text;
  try {
    text = read_text_file(path);
  } catch (const InputError& error) {
    if (std::string_view(error.what()).find("larger than") != std::string_view::npos) {
      return faults;  // more than is read here
    }
    return {fmt::format("cannot be read again: {}", error.what())};
  }
  if (text.empty()) {
    return faults;
  }
  if (has_extension(kind, ".json")) {
    check_json(text, faults);
  } else if (has_extension(kind, ".csv")) {
    check_table(text, faults);
  } else if (has_extension(kind, ".html")) {
    check_page(text, faults);
  }
  return faults;
}

std::vector<std::string> faults_of(const Scenario& scenario, const Ended& ended,
                                   const std::string& folder) {
  if (!ended.exception.empty()) {
    return {"an exception came out: " + ended.exception};
  }
  Faults faults;
  constexpr std::array kStatuses = {0, 1, kRefused, 3, 130};
  if (std::find(kStatuses.begin(), kStatuses.end(), ended.status) == kStatuses.end()) {
    faults.push_back(fmt::format("a status of {}", ended.status));
  }
  check_messages(ended, faults);
  const bool words_say_so =
      std::any_of(scenario.arguments.begin(), scenario.arguments.end(),
                  [](const std::string& word) { return has_no_number(word); });
  if (!words_say_so && !tables_say_so(scenario, folder)) {
    check_text(ended.out, faults);
  }
  check_utilization(ended, faults);
  check_files(scenario, ended, folder, faults);
  for (const std::string& name : temporary_files(folder)) {
    faults.push_back("a temporary file is left: " + name);
  }
  return faults;
}

}  // namespace calculon::torture
