#include "cli/files/file_mistakes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"

namespace calculon {
namespace {

// A part of a path: "networks", or the number of an element.
struct Step {
  std::string key;
  std::optional<std::size_t> index;
};

// What a line says of a place in a document.
struct Complaint {
  std::vector<Step> path;
  std::string about;  // "is 7, expected 8", "lacks the key 'x'"
};

// "networks[1].efficiency"
std::vector<Step> parse_path(std::string_view text) {
  std::vector<Step> path;
  for (const std::string_view part : split_list(text, '.')) {
    const std::size_t bracket = std::min(part.find('['), part.size());
    if (bracket > 0) {
      path.push_back({std::string(part.substr(0, bracket)), {}});
    }
    for (std::size_t i = bracket; i < part.size(); i = part.find('[', i + 1)) {
      const std::size_t end = part.find(']', i);
      const auto index = parse_number<std::size_t>(part.substr(i + 1, end - i - 1));
      path.push_back({"", index.value_or(0)});
    }
  }
  return path;
}

// Lines begin with the file, and behind a colon with the path below it.
std::optional<Complaint> parse_complaint(const std::string& file, const std::string& line) {
  if (!line.starts_with(file)) {
    return std::nullopt;
  }
  const std::string rest = line.substr(file.size());
  if (rest.starts_with(" ")) {
    return Complaint{{}, rest.substr(1)};
  }
  const std::size_t end = rest.find(' ', 2);
  if (!rest.starts_with(": ") || end == std::string::npos) {
    return std::nullopt;
  }
  return Complaint{parse_path(rest.substr(2, end - 2)), rest.substr(end + 1)};
}

// The value at a path; of a shorter list its last element, of a longer path nothing.
template <class Document>
Document* value_at(Document& document, const std::vector<Step>& path) {
  Document* value = &document;
  for (const Step& step : path) {
    if (step.index) {
      if (!value->is_array() || value->empty()) {
        return nullptr;
      }
      value = &(*value)[std::min(*step.index, value->size() - 1)];
    } else {
      if (!value->is_object() || !value->contains(step.key)) {
        return nullptr;
      }
      value = &(*value)[step.key];
    }
  }
  return value;
}

// "lacks the keys 'a' and 'b'" -> a, b; what is in parentheses is only near.
std::vector<std::string> quoted_words(const std::string& text) {
  std::vector<std::string> words;
  const std::string before = text.substr(0, text.find(" ("));
  for (std::size_t begin = before.find('\''); begin != std::string::npos;
       begin = before.find('\'', begin)) {
    const std::size_t end = before.find('\'', begin + 1);
    if (end == std::string::npos) {
      break;
    }
    words.push_back(before.substr(begin + 1, end - begin - 1));
    begin = end + 1;
  }
  return words;
}

bool has_word(std::string_view line, std::string_view word) {
  const auto is_part = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  for (std::size_t at = line.find(word); at != std::string_view::npos;
       at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_part(line[at - 1])) && (end == line.size() || !is_part(line[end]))) {
      return true;
    }
  }
  return false;
}

class Repair {
 public:
  Repair(Json& document, const Json& sample) : document_(document), sample_(sample) {}

  // Puts right what is complained about; false if it cannot.
  bool repair(const Complaint& complaint) {
    if (complaint.about.starts_with("has the ")) {
      const std::vector<std::string> keys = quoted_words(complaint.about);
      return !keys.empty() && erase(complaint.path, keys.front());
    }
    if (complaint.about.starts_with("lacks the ")) {
      bool filled = false;
      for (const std::string& key : quoted_words(complaint.about)) {
        std::vector<Step> path = complaint.path;
        path.push_back({key, {}});
        filled = fill(path) || filled;
      }
      return filled;
    }
    return !complaint.path.empty() && complaint.about.starts_with("is ") &&
           (tries_[path_text(complaint.path)]++ == 0 && fill(complaint.path)
                ? true
                : erase_last(complaint.path));
  }

  // Whether a line is about a value that was made up, or compares another one with it.
  bool follows_from_repair(const std::string& line,
                           const std::optional<Complaint>& complaint) const {
    if (complaint && made_up_.contains(path_text(complaint->path))) {
      return true;
    }
    const std::string& text = complaint ? complaint->about : line;
    return std::any_of(outer_keys_.begin(), outer_keys_.end(),
                       [&](const std::string& key) { return has_word(text, key); });
  }

 private:
  static std::string path_text(const std::vector<Step>& path) {
    std::string text;
    for (const Step& step : path) {
      text += step.index ? fmt::format("[{}]", *step.index) : "." + step.key;
    }
    return text;
  }
  bool erase(const std::vector<Step>& path, const std::string& key) {
    Json* object = value_at(document_, path);
    return object != nullptr && object->is_object() && object->erase(key) > 0;
  }
  bool erase_last(std::vector<Step> path) {
    note(path);
    const Step last = path.back();
    path.pop_back();
    return !last.index && erase(path, last.key);
  }
  // Takes the sample's value, if it has another one.
  bool fill(std::vector<Step> path) {
    const Json* value = value_at(sample_, path);
    const std::vector<Step> whole = path;
    const Step last = path.back();
    const Json* old = value_at(document_, path);
    path.pop_back();
    Json* parent = value_at(document_, path);
    if (value == nullptr || parent == nullptr || (old != nullptr && *old == *value)) {
      return false;
    }
    note(whole);
    if (last.index) {
      (*parent)[std::min(*last.index, parent->size() - 1)] = *value;
    } else {
      (*parent)[last.key] = *value;
    }
    return true;
  }
  void note(const std::vector<Step>& path) {
    made_up_.insert(path_text(path));
    if (path.size() == 1) {
      outer_keys_.insert(path.front().key);
    }
  }

  Json& document_;
  const Json& sample_;
  std::set<std::string> made_up_;     // paths
  std::set<std::string> outer_keys_;  // those of the outermost object
  std::map<std::string, int> tries_;  // by path
};

}  // namespace

std::vector<std::string> all_mistakes(const std::string& file, Json document, const Json& sample,
                                      const ReadDocument& read) {
  constexpr int kMostRounds = 300;
  std::vector<std::string> mistakes;
  Repair repair(document, sample);
  for (int round = 0; round < kMostRounds; ++round) {
    try {
      read(JsonReader(file, document));
      break;
    } catch (const InputError& error) {
      const std::string line = error.what();
      const auto complaint = parse_complaint(file, line);
      const bool known = std::find(mistakes.begin(), mistakes.end(), line) != mistakes.end();
      if (!known && !repair.follows_from_repair(line, complaint)) {
        mistakes.push_back(line);
      }
      if (!complaint || !repair.repair(*complaint)) {
        break;
      }
    }
  }
  return mistakes;
}

}  // namespace calculon
