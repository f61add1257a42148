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

// The longest key of an object with which a text begins; where there is none, what ends as keys
// in a line do.
std::string key_in_front(const Json* object, std::string_view text) {
  constexpr std::string_view kEnds = ".[ ";
  std::string found(text.substr(0, std::min(text.find_first_of(kEnds), text.size())));
  if (object == nullptr || !object->is_object()) {
    return found;
  }
  std::size_t longest = 0;
  for (const auto& item : object->items()) {
    const std::string& key = item.key();
    const bool ends = key.size() >= text.size() || kEnds.find(text[key.size()]) != kEnds.npos;
    if (key.size() > longest && text.starts_with(key) && ends) {
      longest = key.size();
      found = key;
    }
  }
  return found;
}

// The member or element behind a step, if there is one.
const Json* behind(const Json* value, const Step& step) {
  if (value == nullptr) {
    return nullptr;
  }
  if (step.index) {
    return value->is_array() && *step.index < value->size() ? &(*value)[*step.index] : nullptr;
  }
  return value->is_object() && value->contains(step.key) ? &(*value)[step.key] : nullptr;
}

// Takes "networks[1].efficiency" from the front of a text. Keys of the document may hold dots and
// blanks.
std::vector<Step> take_path(const Json& document, std::string_view& text) {
  std::vector<Step> path;
  const Json* value = &document;
  while (!text.empty() && text.front() != ' ') {
    Step step;
    if (text.front() == '[') {
      const std::size_t end = std::min(text.find(']'), text.size() - 1);
      step.index = parse_number<std::size_t>(text.substr(1, end - 1)).value_or(0);
      text.remove_prefix(end + 1);
    } else {
      text.remove_prefix(text.front() == '.' && !path.empty() ? 1 : 0);
      step.key = key_in_front(value, text);
      text.remove_prefix(std::max<std::size_t>(step.key.size(), text.empty() ? 0 : 1));
    }
    value = behind(value, step);
    path.push_back(std::move(step));
  }
  return path;
}

// Lines begin with the file, and behind a colon with the path below it.
std::optional<Complaint> parse_complaint(const std::string& file, const Json& document,
                                         const std::string& line) {
  if (!line.starts_with(file)) {
    return std::nullopt;
  }
  std::string_view rest = std::string_view(line).substr(file.size());
  Complaint complaint;
  if (rest.starts_with(": ")) {
    rest.remove_prefix(2);
    complaint.path = take_path(document, rest);
  }
  if (!rest.starts_with(" ")) {
    return std::nullopt;
  }
  complaint.about = rest.substr(1);
  return complaint;
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

std::string word_between(const std::string& text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  const std::size_t end = text.rfind(after);
  return begin == std::string::npos || end == std::string::npos || end < begin + before.size()
             ? ""
             : text.substr(begin + before.size(), end - begin - before.size());
}

std::string path_text(const std::vector<Step>& path) {
  std::string text;
  for (const Step& step : path) {
    text += step.index ? fmt::format("[{}]", *step.index) : "." + step.key;
  }
  return text;
}

class Repair {
 public:
  Repair(Json& document, const Json& sample) : document_(document), sample_(sample) {}

  // Puts right what is complained about; false if it cannot.
  bool repair(const Complaint& complaint) {
    if (complaint.about.starts_with("has the ")) {
      const std::vector<std::string> keys = quoted_words(complaint.about);
      if (!complaint.about.starts_with("has the unknown key")) {
        erased_in_.insert(path_text(complaint.path));
      }
      return !keys.empty() && rename(complaint.path, keys.front(),
                                     word_between(complaint.about, "(did you mean '", "'?)"));
    }
    if (complaint.about.starts_with("lacks the ")) {
      bool filled = false;
      const std::vector<std::string> keys = quoted_words(complaint.about);
      for (const std::string& key : keys) {
        filled = fill(child(complaint.path, key)) || filled;
      }
      return filled || (keys.size() == 1 && take_near(complaint, keys.front()));
    }
    if (complaint.path.empty() || !complaint.about.starts_with("is ")) {
      return false;
    }
    const int tries = tries_[path_text(complaint.path)]++;
    return (tries == 0 && fill(complaint.path)) || leave_out(complaint.path, tries);
  }

  // Whether a line is about a value that was made up or left out, or compares another one with it.
  bool follows_from_repair(const std::string& line,
                           const std::optional<Complaint>& complaint) const {
    if (complaint && (is_made_up(complaint->path) || lacks_erased(*complaint))) {
      return true;
    }
    const std::string& text = complaint ? complaint->about : line;
    return std::any_of(outer_keys_.begin(), outer_keys_.end(),
                       [&](const std::string& key) { return has_word(text, key); });
  }

 private:
  // Whether a value or what holds it was made up.
  bool is_made_up(std::vector<Step> path) const {
    while (!path.empty() && !made_up_.contains(path_text(path))) {
      path.pop_back();
    }
    return !path.empty();
  }
  // "lacks the key 'x' (there is a 'y')": takes that for it.
  bool take_near(const Complaint& complaint, const std::string& key) {
    const std::string near = word_between(complaint.about, "(there is a '", "')");
    made_up_.insert(path_text(child(complaint.path, near)));
    return !near.empty() && rename(complaint.path, near, key);
  }
  static std::vector<Step> child(std::vector<Step> path, const std::string& key) {
    path.push_back({key, {}});
    return path;
  }
  // Whether it says of an object what comes of its lacking a key that was erased.
  bool lacks_erased(const Complaint& complaint) const {
    if (complaint.about.starts_with("lacks the ")) {
      const std::vector<std::string> keys = quoted_words(complaint.about);
      return std::all_of(keys.begin(), keys.end(), [&](const std::string& key) {
        return made_up_.contains(path_text(child(complaint.path, key)));
      });
    }
    return !complaint.about.starts_with("has the unknown key") &&
           erased_in_.contains(path_text(complaint.path));
  }
  // Gives a key its right name, if that is known and free; else the key goes.
  bool rename(const std::vector<Step>& path, const std::string& key, const std::string& name) {
    Json* object = value_at(document_, path);
    if (object == nullptr || !object->is_object() || !object->contains(key)) {
      return false;
    }
    Json value = std::move((*object)[key]);
    object->erase(key);
    if (!name.empty() && !object->contains(name)) {
      (*object)[name] = std::move(value);
    }
    return true;
  }
  // Erases a member; an element becomes like one of the others, so that these keep their numbers.
  bool leave_out(const std::vector<Step>& whole, int tries) {
    std::vector<Step> path = whole;
    const Step last = path.back();
    path.pop_back();
    Json* parent = value_at(document_, path);
    if (parent == nullptr) {
      return false;
    }
    made_up_.insert(path_text(whole));
    if (!last.index) {
      erased_in_.insert(path_text(path));
      return parent->is_object() && parent->erase(last.key) > 0;
    }
    const auto next = static_cast<std::size_t>(tries) + 1;
    if (!parent->is_array() || *last.index >= parent->size() || next >= parent->size()) {
      return false;
    }
    (*parent)[*last.index] = Json((*parent)[(*last.index + next) % parent->size()]);
    return true;
  }
  // Takes the sample's value, if it has another one.
  bool fill(const std::vector<Step>& whole) {
    std::vector<Step> path = whole;
    const Json* value = value_at(sample_, path);
    const Step last = path.back();
    const Json* old = value_at(document_, path);
    path.pop_back();
    Json* parent = value_at(document_, path);
    if (value == nullptr || parent == nullptr || (old != nullptr && *old == *value)) {
      return false;
    }
    made_up_.insert(path_text(whole));
    if (path.empty()) {
      outer_keys_.insert(last.key);
    }
    if (last.index) {
      (*parent)[std::min(*last.index, parent->size() - 1)] = *value;
    } else {
      (*parent)[last.key] = *value;
    }
    return true;
  }

  Json& document_;
  const Json& sample_;
  std::set<std::string> made_up_;     // paths, of what was left out, too
  std::set<std::string> erased_in_;   // paths of objects that lost a key
  std::set<std::string> outer_keys_;  // those of the outermost object that were made up
  std::map<std::string, int> tries_;  // by path
};

}  // namespace

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

std::vector<std::string> all_mistakes(const std::string& file, Json document, const Json& sample,
                                      const ReadDocument& read) {
  constexpr int kMostRounds = 300;
  Mistakes mistakes;
  Repair repair(document, sample);
  for (int round = 0; round < kMostRounds; ++round) {
    Mistakes found;
    found.attempt([&] { read(JsonReader(file, document), found); });
    std::vector<std::optional<Complaint>> complaints;
    for (const std::string& line : found.lines()) {
      complaints.push_back(parse_complaint(file, document, line));
      if (!repair.follows_from_repair(line, complaints.back())) {
        mistakes.add(line);
      }
    }
    bool repaired = false;
    for (const std::optional<Complaint>& complaint : complaints) {
      repaired = (complaint && repair.repair(*complaint)) || repaired;
    }
    if (!repaired) {
      break;
    }
  }
  return mistakes.lines();
}

}  // namespace calculon
