#include "support/search_files.h"

#include "calculon/base/files.h"
#include "support/json_change.h"
#include "support/source_tree.h"
#include "support/tiny.h"

namespace calculon::test {

SearchFiles::SearchFiles()
    : model(folder.write("model.json", changed(tiny_transformer_text(), {"/num_blocks", "4"}))),
      system(folder.write("system.json", tiny_system_text())) {}

Arguments SearchFiles::arguments(const std::string& command, const std::string& output,
                                 const Arguments& options) const {
  const bool in_folder = output != "-" && !output.starts_with('/');
  Arguments list = {command,
                    model,
                    num_procs,
                    max_batch_size,
                    datatype,
                    system,
                    in_folder ? folder.file(output) : output};
  list.insert(list.end(), options.begin(), options.end());
  return list;
}

ProgramResult SearchFiles::run(const std::string& command, const std::string& output,
                               const Arguments& options) const {
  return run_program(arguments(command, output, options));
}

void SearchFiles::let_nothing_fit() const {
  folder.write("system.json", changed(tiny_system_text(), {"/mem1/GiB", "1e-6"}));
}

std::string SearchFiles::text(std::string_view name) const {
  return read_text_file(folder.file(name));
}

std::vector<std::string> SearchFiles::lines(std::string_view name) const {
  return lines_of(text(name));
}

std::int64_t number_in(const std::string& line) {
  return std::stoll(line.substr(line.rfind(' ')));
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

}  // namespace calculon::test
