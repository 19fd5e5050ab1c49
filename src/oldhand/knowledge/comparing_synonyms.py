"""One thing that has several words, in English and Russian: one thing a line, its first word stands for all."""

from oldhand.model.terms import stem

_SAME = """
run execute launch invoke start запускать запустить запуск выполнять выполнить выполняться запускаться
test tests testing тест тесты
store save keep persist kept stored live reside хранить храниться хранятся хранится храним лежать лежит лежат
use utilize employ utilise adopt использовать используется используем применять применяется
delete remove erase drop удалять удалить
directory folder dir каталог папка директория
configuration config settings configure конфигурация настройки конфиг
database db datastore база бд
repository repo репозиторий
documentation docs document документация
application app приложение
commit commits коммит коммитить закоммитить
function method функция метод
send emit отправлять отправляется
build compile сборка собирать собирается
check verify validate проверять проверка проверить
create make add создавать добавлять добавить
write author written wrote rewrite rewritten rewrote писать пишем пишет написан написана написаны переписан переписали
dependency dependencies package library зависимость библиотека пакет
developer engineer разработчик
approval approve review reviewer одобрение ревью
release releases релиз
deploy deployment rollout деплой деплоить деплоим деплоят задеплоить разворачивать выкладывать
deploy выкатывать выкатываем выкатка выкладка катить катит
branch ветка
port порт
server сервер
cache caching кеш кэш кэширование
log logging логи лог логирование
migration миграция
password пароль
token токен
key ключ
request запрос
response ответ
timeout таймаут
queue очередь
version версия
service сервис
module модуль
file файл
error exception ошибка исключение
user пользователь
session сессия
table таблица
field column поле колонка
limit лимит ограничение
size размер
retry retries повтор ретрай
endpoint эндпоинт ручка
worker воркер
backup бэкап
container контейнер
line строка
code код
secret секрет
command команда
listen listens слушает слушать слушаем
page страница
button кнопка
order заказ
payment payments платеж
price prices цена
week weeks неделя
team команда_людей
number count число количество
length длина
image образ
allow permit
public публичный
authentication authenticate auth аутентификация
forbid prohibit
begin start
must need
person people
нужно нужен нужна нужны требуется понадобится потребуется
large big
fix repair
upload загрузка загружать загружаемый загружаемого загружаем загрузить
frontend фронтенд фронт
message сообщение сообщений
modify change edit alter update менять изменять изменить править
"""
SYNONYMS: dict[str, str] = {}
for _line in _SAME.strip().splitlines():
    _first, *_others = _line.split()
    for _word in (_first, *_others):
        SYNONYMS.setdefault(stem(_word), stem(_first))
"""The stem of a word -> the stem of the first word for the same thing."""
