// Results as JSON: {"total_time": ..., ...}, or {"0": {"execution": {...}, "stats": {...}}, ...},
// read without ever having more than one execution at hand. Objects within statistics become dotted
// names; of lists, only those of pipeline stages are taken, from the statistics of one execution.
#include "page/json_result_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <optional>

#include "base/json_reader.h"
#include "base/json_text.h"
#include "page/calibrated_columns.h"
#include "page/page_content.h"
#include "page/table_reader.h"
#include "text/result_inputs.h"
#include "text/table_json.h"

namespace calculon {
namespace {

// The characters of a file for the parser, which keeps what it reads between two strings: so that
// is bounded here.
class JsonCharacters {
 public:
  explicit JsonCharacters(GzipInput& input) : input_(input) { fill(); }

  bool at_end() const { return position_ == size_; }
  char current() const { return buffer_[position_]; }
  void advance() {
    note(buffer_[position_]);
    if (++position_ == size_) {
      fill();
    }
  }

 private:
  void fill() {
    size_ = input_.read(buffer_);
    position_ = 0;
  }
  void note(char c) {
    constexpr std::size_t kLongest = std::size_t{1} << 20;
    if (escaped_) {
      escaped_ = false;
    } else if (c == '"') {
      in_string_ = !in_string_;
      length_ = 0;
    } else if (in_string_) {
      escaped_ = c == '\\';
    } else if (c == '\0') {
      throw InputError(fmt::format("{}: not valid JSON: has a NUL character", input_.name()));
    }
    if (++length_ > kLongest) {
      throw InputError(
          fmt::format("{}: has a value or white space of more than {} MiB, as no "
                      "result has",
                      input_.name(), kLongest >> 20));
    }
  }

  GzipInput& input_;
  std::array<char, std::size_t{1} << 16> buffer_;
  std::size_t position_ = 0;
  std::size_t size_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  std::size_t length_ = 0;  // since the last quote
};

// What the parser walks over; null at the end.
class JsonIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  JsonIterator() = default;
  explicit JsonIterator(JsonCharacters& characters) : characters_(&characters) {}

  char operator*() const { return characters_->current(); }
  JsonIterator& operator++() {
    characters_->advance();
    return *this;
  }
  JsonIterator operator++(int) {
    const JsonIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const JsonIterator& a, const JsonIterator& b) {
    return a.is_end() == b.is_end();
  }

 private:
  bool is_end() const { return !characters_ || characters_->at_end(); }

  JsonCharacters* characters_ = nullptr;
};

// The members of an object that a table can show: numbers, words, flags.
class Members {
 public:
  void add(const std::string& file, const std::string& key, Json value) {
    constexpr std::size_t kMost = 2048;
    constexpr std::size_t kMostBytes = std::size_t{1} << 20;
    bytes_ += key.size() + (value.is_string() ? value.get_ref<const std::string&>().size() : 0);
    if (list_.size() == kMost || bytes_ > kMostBytes) {
      throw InputError(
          fmt::format("{}: has an object of more than {} values or {} MiB of text, as "
                      "no result has",
                      file, kMost, kMostBytes >> 20));
    }
    list_.emplace_back(key, std::move(value));
  }
  void clear() {
    list_.clear();
    bytes_ = 0;
  }
  bool empty() const { return list_.empty(); }

  // Null if there is none; of several the last.
  const Json* find(std::string_view key) const {
    const auto found = std::find_if(list_.rbegin(), list_.rend(),
                                    [&](const auto& member) { return member.first == key; });
    return found == list_.rend() ? nullptr : &found->second;
  }
  bool are_statistics() const { return find("total_time") && find("sample_rate"); }

  // [[key, value], ...], and back into the last row of a table.
  Json json() const {
    Json members = Json::array();
    for (const auto& [key, value] : list_) {
      members.push_back(Json::array({key, value}));
    }
    return members;
  }
  // {key: value, ...}; null if there is none.
  Json object() const {
    Json members;
    for (const auto& [key, value] : list_) {
      members[key] = value;
    }
    return members;
  }
  static void set(const Json& members, Table& rows) {
    for (const Json& member : members) {
      rows.set(member[0].get_ref<const std::string&>(), cell_of(member[1]));
    }
  }

 private:
  std::vector<std::pair<std::string, Json>> list_;
  std::size_t bytes_ = 0;
};

// Takes what the parser finds. What lies in lists, as layers do, is passed over.
class ResultHandler : public nlohmann::json_sax<Json> {
 public:
  ResultHandler(const std::string& file, std::size_t most)
      : file_(file), selection_(file, true, most, kLeastRows) {}

  bool null() override { return value(nullptr); }
  bool boolean(bool flag) override { return value(flag); }
  bool number_integer(number_integer_t number) override { return value(number); }
  bool number_unsigned(number_unsigned_t number) override { return value(number); }
  bool number_float(number_float_t number, const string_t&) override { return value(number); }
  bool string(string_t& text) override { return value(std::move(text)); }
  bool binary(binary_t&) override { return true; }
  bool key(string_t& text) override {
    key_ = text;
    return true;
  }
  bool start_object(std::size_t) override {
    if (depth() == 1) {
      begin_entry();
    } else if (depth() == 2 && in_entry_) {
      section_ = key_ == "execution"  ? &execution_
                 : key_ == "stats"    ? &stats_
                 : key_ == kInputsKey ? &inputs_
                                      : nullptr;
      has_execution_ = has_execution_ || section_ == &execution_;
      if (section_) {
        section_->clear();
      }
    } else if (in_stages()) {
      add_stage();
    }
    go_deeper();
    return true;
  }
  bool end_object() override {
    open_.pop_back();
    if (depth() == 2) {
      section_ = nullptr;
    } else if (depth() == 1) {
      end_entry();
    }
    return true;
  }
  bool start_array(std::size_t) override {
    if (depth() == 0) {
      reject_result(file_);
    }
    foreign_ = foreign_ || depth() == 1;
    go_deeper();
    ++num_lists_;
    return true;
  }
  bool end_array() override {
    open_.pop_back();
    --num_lists_;
    return true;
  }
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& error) override;

  JsonResult finish();

 private:
  std::size_t depth() const { return open_.size(); }
  // Whether the list is open that has an object for each stage.
  bool in_stages() const {
    return depth() == 3 && num_lists_ == 1 && open_[1] == "memory" && open_[2] == "stages";
  }
  // The name of a value that lies in objects within the first `level` open ones.
  std::string name_below(std::size_t level) const;
  bool value(Json found);
  void go_deeper();
  void begin_entry();
  void end_entry();
  void add_stage();
  void add_stages(Table& rows) const;

  const std::string& file_;
  std::vector<std::string> open_;  // objects and lists that are open, by their keys
  std::size_t num_lists_ = 0;      // of these
  std::string key_;
  std::size_t num_values_ = 0;  // of the entry
  Members top_;
  Members nested_;  // in objects of the top, with dotted names
  std::vector<Members> stages_;
  std::vector<Json> stage_blocks_;
  Members execution_;
  Members stats_;
  Members inputs_;
  bool in_entry_ = false;
  bool has_execution_ = false;
  Members* section_ = nullptr;  // of the entry, that is open
  bool foreign_ = false;        // something is no execution of a ranking
  RowSelection selection_;
};

bool ResultHandler::value(Json found) {
  constexpr std::size_t kMostValues = 100'000;
  if (++num_values_ > kMostValues) {
    throw InputError(fmt::format("{}: has an entry of more than {} values, as no result has", file_,
                                 kMostValues));
  }
  if (depth() == 1) {
    top_.add(file_, key_, std::move(found));
  } else if (num_lists_ == 0 && section_) {
    section_->add(file_, name_below(3), std::move(found));
  } else if (num_lists_ == 0 && depth() > 1) {
    const bool of_inputs = open_[1] == kInputsKey;
    (of_inputs ? inputs_ : nested_).add(file_, name_below(of_inputs ? 2 : 1), std::move(found));
  } else if (depth() == 4 && num_lists_ == 1 && !stages_.empty() && open_[2] == "stages") {
    stages_.back().add(file_, kStagePrefix + key_, std::move(found));
  } else if (depth() == 2 && open_[1] == "stage_blocks") {
    stage_blocks_.push_back(std::move(found));
  }
  return true;
}

std::string ResultHandler::name_below(std::size_t level) const {
  std::string name;
  for (std::size_t i = level; i < open_.size(); ++i) {
    name += open_[i] + ".";
  }
  return name + key_;
}

void ResultHandler::go_deeper() {
  constexpr std::size_t kDeepest = 64;
  open_.push_back(key_);
  if (depth() > kDeepest) {
    throw InputError(fmt::format("{}: nested deeper than {} levels", file_, kDeepest));
  }
}

void ResultHandler::add_stage() {
  constexpr std::size_t kMost = 100'000;
  if (stages_.size() == kMost) {
    throw InputError(
        fmt::format("{}: has more than {} pipeline stages, as no result has", file_, kMost));
  }
  stages_.emplace_back();
}

void ResultHandler::begin_entry() {
  if (key_ == "memory") {
    stages_.clear();
  }
  in_entry_ = true;
  has_execution_ = false;
  execution_.clear();
  stats_.clear();
  num_values_ = 0;
}

void ResultHandler::end_entry() {
  in_entry_ = false;
  if (has_execution_) {
    nested_.clear();
  }
  if (!has_execution_ || !stats_.are_statistics()) {
    foreign_ = true;
  }
  if (foreign_ || !top_.empty()) {
    if (selection_.count() > 0) {
      reject_result(file_);
    }
    return;
  }
  const auto number = [](const Json* json) {
    return json && json->is_number() ? std::optional(json->get<double>()) : std::nullopt;
  };
  RowSelection::Row row;
  row.memory = std::numeric_limits<double>::infinity();
  row.rate = number(stats_.find("sample_rate"));
  for (const std::string_view column : kMemoryColumns) {
    row.memory = number(stats_.find(column)).value_or(row.memory);
  }
  for (const std::string_view degree : {"tensor_par", "pipeline_par"}) {
    const Json* found = execution_.find(degree);
    row.split += (found ? plain_text(cell_of(*found)) : "") + ",";
  }
  if (selection_.offer(row)) {
    selection_.keep(json_text(Json::array({execution_.json(), stats_.json()})));
  }
}

bool ResultHandler::parse_error(std::size_t, const std::string&,
                                const nlohmann::detail::exception& error) {
  constexpr std::size_t kLongest = 200;
  std::string text = error.what();
  if (const auto start = text.find("] "); start != std::string::npos) {
    text.erase(0, start + 2);
  }
  throw InputError(fmt::format("{}: not valid JSON: {}", file_, text.substr(0, kLongest)));
}

void ResultHandler::add_stages(Table& rows) const {
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    rows.add_row();
    rows.set("stage", i);
    if (i < stage_blocks_.size()) {
      rows.set("blocks", cell_of(stage_blocks_[i]));
    }
    Members::set(stages_[i].json(), rows);
    if (const Json* capacity = nested_.find(kCapacity)) {
      rows.set(kCapacity, cell_of(*capacity));
    }
  }
}

JsonResult ResultHandler::finish() {
  if (top_.are_statistics()) {
    JsonResult result = {false, {}, {}, std::move(selection_), inputs_.object()};
    result.rows.add_row();
    Members::set(top_.json(), result.rows);
    Members::set(nested_.json(), result.rows);
    add_stages(result.stages);
    return result;
  }
  if (foreign_ || !top_.empty() || selection_.count() == 0) {
    reject_result(file_);
  }
  JsonResult result = {true, {}, {}, std::move(selection_), inputs_.object()};
  for (const RowSelection::Kept& kept : result.selection.take()) {
    const Json row = Json::parse(kept.text);
    result.rows.add_row();
    result.rows.set("rank", kept.number - 1);
    Members::set(row[0], result.rows);
    Members::set(row[1], result.rows);
  }
  return result;
}

}  // namespace

JsonResult read_json_result(GzipInput& input, std::size_t most) {
  JsonCharacters characters(input);
  ResultHandler handler(input.name(), most);
  Json::sax_parse(JsonIterator(characters), JsonIterator(), &handler);
  return handler.finish();
}

}  // namespace calculon
