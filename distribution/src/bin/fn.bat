@echo off
rem Runs Fully Nested where it was unpacked: with the runtime that came along if one did, else with JAVA_HOME or the java of the path.
setlocal
set "home=%~dp0.."
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
if exist "%home%\runtime\bin\java.exe" set "java=%home%\runtime\bin\java"
for %%j in ("%home%\fn-cli-*.jar") do set "jar=%%j"
"%java%" -Djdk.console=java.base %FN_JAVA_OPTIONS% -jar "%jar%" %*
