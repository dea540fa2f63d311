-- SPDX-License-Identifier: ISC
-- What somebody does in Neovim, who has docs/editors/nvim.lua: a file with a finding is opened, and the finding mended.
-- One line of `said' for each thing seen; an error ends it with status 1.

local said = {}

local function say(words) table.insert(said, words) end

local function leave(status)
	vim.fn.writefile(said, "said")
	for _, client in pairs(vim.lsp.get_active_clients()) do client.stop() end
	vim.wait(5000, function() return #vim.lsp.get_active_clients() == 0 end, 20)
	vim.cmd(status == 0 and "qall!" or "cquit!")
end

local function wait(what, ready)
	if not vim.wait(20000, ready, 20) then error("nothing of " .. what) end
end

local function request(method, params)
	local answers = vim.lsp.buf_request_sync(0, method, params, 20000)
	for _, answer in pairs(answers or {}) do
		if answer.result then return answer.result end
	end
	error("no answer to " .. method)
end

local function run()
	vim.g.weipsec_command = {os.getenv("WEIPSEC"), "lsp"}
	vim.cmd("luafile " .. os.getenv("EDITORS") .. "/nvim.lua")
	vim.cmd("edit wrong.cfg")
	say("filetype " .. vim.bo.filetype)
	wait("findings", function() return #vim.diagnostic.get(0) > 0 end)
	for _, one in ipairs(vim.diagnostic.get(0)) do
		say(string.format("%d: %s %s", one.lnum + 1, one.code or one.user_data.lsp.code, one.message:gsub("\n", " | ")))
	end
	-- what the screen has behind the line
	for _, space in pairs(vim.diagnostic.get_namespaces()) do
		local shown = space.user_data.virt_text_ns
		for _, mark in ipairs(shown and vim.api.nvim_buf_get_extmarks(0, shown, 0, -1, {details = true}) or {}) do
			local words = ""
			for _, chunk in ipairs(mark[4].virt_text or {}) do words = words .. chunk[1] end
			say(string.format("screen %d: %s%s", mark[2] + 1, vim.api.nvim_buf_get_lines(0, mark[2], mark[2] + 1, true)[1],
				words))
		end
	end
	vim.api.nvim_win_set_cursor(0, {vim.diagnostic.get(0)[1].lnum + 1, vim.diagnostic.get(0)[1].col})
	say("hover " .. request("textDocument/hover", vim.lsp.util.make_position_params()).contents.value:match("WI304[^\n]*"))
	-- the fix, as `code_action' applies it
	local params = vim.lsp.util.make_range_params()
	params.context = {diagnostics = vim.lsp.diagnostic.get_line_diagnostics()}
	local action = request("textDocument/codeAction", params)[1]
	say("action " .. action.title)
	vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
	wait("a text without findings", function() return #vim.diagnostic.get(0) == 0 end)
	say("mended " .. vim.trim(vim.api.nvim_buf_get_lines(0, 9, 10, true)[1]))
	vim.lsp.buf.formatting_sync(nil, 20000)
	say("formatted " .. vim.api.nvim_buf_get_lines(0, 1, 2, true)[1])
	-- typed, not saved
	vim.api.nvim_buf_set_lines(0, 2, 2, true, {"                peer 192.0.2.300"})
	wait("what is typed", function() return #vim.diagnostic.get(0) > 0 end)
	say("typed " .. (vim.diagnostic.get(0)[1].code or vim.diagnostic.get(0)[1].user_data.lsp.code))
	vim.api.nvim_buf_set_lines(0, 2, 3, true, {})
	wait("what is undone", function() return #vim.diagnostic.get(0) == 0 end)
	vim.cmd("write")
end

local ok, why = pcall(run)
if not ok then say("error " .. tostring(why)) end
leave(ok and 0 or 1)
